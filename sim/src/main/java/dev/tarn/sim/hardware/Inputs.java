package dev.tarn.sim.hardware;

/** Checks what users give the models. */
final class Inputs {
    private Inputs() {}

    static void positive(String name, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " is " + value + "; use a finite number above 0");
        }
    }
}
