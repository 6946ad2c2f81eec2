package dev.tarn.engine.compute.x86;

/**
 * General registers, 64 bits wide; instructions on vectors take the lower 32. A function need not keep those that {@link dev.tarn.engine.foreign.NativeFunction}
 * names.
 */
public enum Gpr implements Operand {
    RAX(0),
    RCX(1),
    RDX(2),
    RBX(3),
    RSI(6),
    RDI(7),
    R8(8),
    R9(9),
    R10(10),
    R11(11);

    private final int number;

    Gpr(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    @Override
    public int high() {
        return number >> 3;
    }

    /** What the instruction itself has room for. */
    int low() {
        return number & 7;
    }
}
