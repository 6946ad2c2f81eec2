package dev.tarn.engine.compute.x86;

/** What the last operand of an instruction may be. */
public sealed interface Operand permits Vec, Mem, Gpr {
    /** The part of its number that a prefix has room for: 1 for registers, and bases, from the eighth on. */
    int high();
}
