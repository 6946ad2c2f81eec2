package dev.tarn.cli.commands;

import dev.tarn.cli.console.Console;
import dev.tarn.cli.console.TextTable;

/** A table on standard error that is drawn over itself while work goes on, where that is a terminal. */
final class LiveTable {
    private static final long PAUSE_NANOS = 250_000_000;

    private final Console console;
    private int lines;
    private long drawn = System.nanoTime() - PAUSE_NANOS;

    LiveTable(Console console) {
        this.console = console;
    }

    /** Whether it can be drawn over itself. */
    boolean isLive() {
        return console.errTerminal();
    }

    /** Whether it is time to draw again. */
    boolean isDue() {
        return isLive() && System.nanoTime() - drawn >= PAUSE_NANOS;
    }

    /** Draws the table in the place of the one before. */
    void draw(TextTable table) {
        String text =
                table.render(console.errTerminal(), console.errTerminal() ? console.columns() : Integer.MAX_VALUE);
        if (lines > 0) {
            console.err().print("\u001b[" + lines + "A\u001b[J");
        }
        console.err().print(text);
        console.err().flush();
        lines = isLive() ? (int) text.lines().count() : 0;
        drawn = System.nanoTime();
    }
}
