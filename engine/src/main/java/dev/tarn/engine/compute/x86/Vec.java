package dev.tarn.engine.compute.x86;

/**
 * A vector register.
 *
 * @param number 0 to 15
 * @param wide whether all 256 bits are meant, else the lower 128
 */
public record Vec(int number, boolean wide) implements Operand {
    /** The 256 bits of register {@code number}. */
    public static Vec ymm(int number) {
        return new Vec(number, true);
    }

    /** The lower 128 bits of register {@code number}. */
    public static Vec xmm(int number) {
        return new Vec(number, false);
    }

    @Override
    public int high() {
        return number >> 3;
    }

    /** What the instruction itself has room for. */
    int field() {
        return number & 7;
    }

    /** The lower 128 bits of this register. */
    public Vec low() {
        return xmm(number);
    }
}
