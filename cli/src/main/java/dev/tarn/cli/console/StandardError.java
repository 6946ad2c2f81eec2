package dev.tarn.cli.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;

/**
 * The standard error that the user sees. The JVM writes a warning about incubator modules to descriptor 2 before any code of ours
 * runs, and no flag silences it; so the launcher filters descriptor 2 and hands the unfiltered stream over as descriptor
 * {@code -Dtarn.stderr=N}. What the JVM itself prints still arrives, through the filter.
 */
final class StandardError {
    private StandardError() {}

    static PrintStream open() {
        return new PrintStream(new FileOutputStream(descriptor()), true, UTF_8);
    }

    /** Descriptor N, or 2 where the launcher named none or this JVM does not let one be opened by its number. */
    private static FileDescriptor descriptor() {
        var number = Integer.getInteger("tarn.stderr");
        if (number == null) {
            return FileDescriptor.err;
        }
        try {
            var constructor = FileDescriptor.class.getDeclaredConstructor(int.class);
            constructor.setAccessible(true);
            return constructor.newInstance(number);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return FileDescriptor.err;
        }
    }
}
