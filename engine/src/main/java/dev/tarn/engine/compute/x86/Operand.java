package dev.tarn.engine.compute.x86;

/** What the last operand of an instruction may be. */
public sealed interface Operand permits Vec, Mem {}
