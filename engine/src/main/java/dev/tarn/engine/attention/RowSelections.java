package dev.tarn.engine.attention;

import java.util.ArrayList;
import java.util.List;

/** The selections of one layer for the rows of one forward pass, kept for the layers that share them. */
final class RowSelections {
    private final List<Selection> rows = new ArrayList<>();

    /** Keeps a copy as that of slot {@code slot}. */
    void keep(int slot, Selection selection) {
        while (rows.size() <= slot) {
            rows.add(new Selection());
        }
        rows.get(slot).copy(selection);
    }

    /** What was kept last in slot {@code slot}. */
    Selection of(int slot) {
        return rows.get(slot);
    }
}
