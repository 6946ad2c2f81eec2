package dev.tarn.engine.compute.x86;

import org.jspecify.annotations.Nullable;

/**
 * A place in memory: {@code base + displacement}, or a label in the code itself.
 *
 * @param base the register, or null for a label
 * @param displacement bytes after what the register points at
 * @param label constants in the code, or null for a register
 */
public record Mem(
        @Nullable Gpr base, int displacement, @Nullable Label label) implements Operand {
    /** The bytes at {@code base + displacement}. */
    public static Mem at(Gpr base, int displacement) {
        return new Mem(base, displacement, null);
    }

    @Override
    public int high() {
        return base == null ? 0 : base.high();
    }

    /** The bytes at a label. */
    public static Mem at(Label label) {
        return new Mem(null, 0, label);
    }
}
