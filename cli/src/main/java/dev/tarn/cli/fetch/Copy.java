package dev.tarn.cli.fetch;

import java.io.IOException;
import java.io.InputStream;

/** The loop between a source's stream and the file. */
final class Copy {
    private static final int CHUNK = 1 << 16;

    private Copy() {}

    /** Writes all that the stream gives. */
    static void all(InputStream in, PartialFile into, FetchListener listener) throws IOException {
        byte[] chunk = new byte[CHUNK];
        for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
            into.write(chunk, n);
            listener.advance(n);
        }
    }
}
