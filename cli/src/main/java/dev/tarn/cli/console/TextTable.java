package dev.tarn.cli.console;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import com.github.freva.asciitable.OverflowBehaviour;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A table on the console: words to the left, numbers to the right, boxed on a terminal and plain in a pipe. Where it is wider than
 * the console its widest column of words is cut, marked by an ellipsis; numbers never are.
 */
public final class TextTable {
    /** Light box-drawing characters, with one line under the header and none between rows. */
    private static final Character[] BOX = box();

    private static final int NARROWEST_WORDS = 8;
    /** One space on either side of each cell. */
    private static final int PADDING = 2;

    private final List<Heading> headings = new ArrayList<>();
    private final List<String[]> rows = new ArrayList<>();

    private record Heading(String name, boolean number) {}

    /** Adds a column of words. */
    public TextTable words(String name) {
        headings.add(new Heading(name, false));
        return this;
    }

    /** Adds a column of numbers. */
    public TextTable numbers(String name) {
        headings.add(new Heading(name, true));
        return this;
    }

    /** Adds a row with one cell per column; cells are printed as they are, see {@link Units}. */
    public TextTable row(Object... cells) {
        if (cells.length != headings.size()) {
            throw new IllegalArgumentException(
                    "a row of %d cells in a table of %d columns".formatted(cells.length, headings.size()));
        }
        rows.add(Arrays.stream(cells).map(String::valueOf).toArray(String[]::new));
        return this;
    }

    /** Prints the table to the console's standard output as its reader likes it. */
    public void printTo(Console console) {
        console.out()
                .print(render(console.outTerminal(), console.outTerminal() ? console.columns() : Integer.MAX_VALUE));
    }

    /**
     * The table as lines, each ended by a line feed and without trailing spaces.
     *
     * @param boxed whether to draw a box around it
     * @param width the most characters a line may take
     */
    public String render(boolean boxed, int width) {
        int between = boxed ? (PADDING + 1) * headings.size() + 1 : PADDING * (headings.size() - 1);
        var widths = fit(width - between);
        var columns = new ArrayList<ColumnData<String[]>>();
        for (int c = 0; c < headings.size(); c++) {
            columns.add(column(c, widths[c]));
        }
        var border = boxed ? BOX : AsciiTable.NO_BORDERS;
        var text = AsciiTable.builder().border(border).data(rows, columns).asString();
        var lines = new StringBuilder();
        text.lines()
                .map(line -> (boxed ? line : line.substring(1)).stripTrailing())
                .forEach(line -> lines.append(line).append('\n'));
        return lines.toString();
    }

    private ColumnData<String[]> column(int index, int width) {
        var heading = headings.get(index);
        var align = heading.number() ? HorizontalAlign.RIGHT : HorizontalAlign.LEFT;
        return new Column()
                .header(heading.name())
                .headerAlign(align)
                .dataAlign(align)
                .minWidth(width + PADDING)
                .maxWidth(width + PADDING, OverflowBehaviour.ELLIPSIS_RIGHT)
                .with(row -> row[index]);
    }

    /** Widths of the columns' content; the widest column of words gives way until all fit in {@code available}. */
    private int[] fit(int available) {
        var widths = new int[headings.size()];
        for (int c = 0; c < widths.length; c++) {
            widths[c] = widest(c);
        }
        while (Arrays.stream(widths).sum() > available) {
            int victim = widestWords(widths);
            if (victim < 0) {
                break;
            }
            widths[victim]--;
        }
        return widths;
    }

    private int widest(int column) {
        int widest = headings.get(column).name().length();
        for (var row : rows) {
            widest = Math.max(widest, row[column].length());
        }
        return widest;
    }

    private int widestWords(int[] widths) {
        int victim = -1;
        for (int c = 0; c < widths.length; c++) {
            boolean mayShrink = !headings.get(c).number() && widths[c] > NARROWEST_WORDS;
            if (mayShrink && (victim < 0 || widths[c] > widths[victim])) {
                victim = c;
            }
        }
        return victim;
    }

    /** The library's ASCII box without lines between rows, each character replaced by the one that draws. */
    private static Character[] box() {
        var box = AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS.clone();
        int corner = 0;
        for (int i = 0; i < box.length; i++) {
            if (box[i] != null) {
                box[i] = switch (box[i]) {
                    case '-' -> '─';
                    case '|' -> '│';
                    default -> "┌┬┐├┼┤├┼┤└┴┘".charAt(corner++);
                };
            }
        }
        return box;
    }
}
