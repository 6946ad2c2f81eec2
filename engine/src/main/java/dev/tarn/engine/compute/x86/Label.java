package dev.tarn.engine.compute.x86;

/** A place in the code, perhaps not known yet. */
public final class Label {
    private int position = -1;

    int position() {
        if (position < 0) {
            throw new IllegalStateException("the label was never placed");
        }
        return position;
    }

    void place(int at) {
        if (position >= 0) {
            throw new IllegalStateException("the label was placed at " + position + " already");
        }
        position = at;
    }
}
