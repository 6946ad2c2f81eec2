package dev.tarn.engine.compute.integer;

import static dev.tarn.engine.compute.x86.Gpr.R8;
import static dev.tarn.engine.compute.x86.Gpr.R9;
import static dev.tarn.engine.compute.x86.Gpr.RCX;
import static dev.tarn.engine.compute.x86.Gpr.RDI;
import static dev.tarn.engine.compute.x86.Gpr.RDX;
import static dev.tarn.engine.compute.x86.Gpr.RSI;
import static dev.tarn.engine.compute.x86.Vec.ymm;

import dev.tarn.engine.compute.x86.Assembler;
import dev.tarn.engine.compute.x86.Label;
import dev.tarn.engine.compute.x86.Mem;
import dev.tarn.engine.compute.x86.Vec;
import dev.tarn.engine.format.TensorType;

/**
 * Rounding of activations to 16-bit integers. Magnitudes are compared as the integers that their bits are, so that NaN counts as the
 * largest.
 *
 * <p>(RDI floats, RSI blocks, RDX integers, RCX scales, R8 sums, R9 bytes from one block to the next).
 */
final class RoundingCode {
    private static final int PIECE = RoundedLayout.PIECE;
    private static final int IN_TURN = 0b11_01_10_00;
    private static final int HALF_PIECE = RoundedLayout.VECTOR;
    /** The lower lanes of A, its upper ones, then those of B. */
    private static final Vec[] X = {ymm(0), ymm(1), ymm(2), ymm(3)};

    private static final Vec[] LARGEST = {ymm(4), ymm(5)};
    private static final Vec[] INVERSES = {ymm(6), ymm(7)};
    private static final Vec T = ymm(8);
    private static final Vec U = ymm(9);
    private static final Vec SCALES = ymm(10);
    private static final Vec MAGNITUDE = ymm(11);
    private static final Vec ONES = ymm(12);

    private final Assembler code;
    private final TensorType type;
    private final int pieces;
    private final int[] from = new int[X.length];
    private final Mem range;
    private final Mem largest;
    private final Mem[] spread;

    private RoundingCode(Assembler code, TensorType type) {
        this.code = code;
        this.type = type;
        this.pieces = type.blockLength() / PIECE;
        this.range = CodeConstants.floats(code, RoundedLayout.range(type));
        this.largest = CodeConstants.floats(code, Float.MAX_VALUE);
        this.spread = new Mem[] {
            CodeConstants.ints(code, 0, 0, 1, 1, 2, 2, 3, 3), CodeConstants.ints(code, 4, 4, 5, 5, 6, 6, 7, 7)
        };
        for (int eighth = 0; eighth < from.length; eighth++) {
            from[RoundedLayout.place(type, 8 * eighth) / 8] = 32 * eighth;
        }
    }

    /** Writes the function for types with blocks like this one's and returns where it starts. */
    static int write(Assembler code, TensorType type) {
        return new RoundingCode(code, type).write();
    }

    private int write() {
        int start = code.begin();
        code.vmovdqu(MAGNITUDE, CodeConstants.bytes(code, i -> i % 4 == 3 ? 0x7f : 0xff));
        code.vmovdqu(ONES, CodeConstants.ones(code));
        Label block = new Label();
        code.bind(block);
        findLargest();
        scales();
        for (int piece = 0; piece < pieces; piece++) {
            round(piece);
            sums(piece);
        }
        code.add(RDI, Float.BYTES * PIECE * pieces);
        code.add(RDX, R9);
        code.add(RCX, R9);
        code.add(R8, R9);
        code.sub(RSI, 1);
        code.jnz(block);
        code.vzeroupper();
        code.ret();
        return start;
    }

    /** The largest magnitude of each lane twice: of the lower four lanes, then of the upper. */
    private void findLargest() {
        for (int half = 0; half < LARGEST.length; half++) {
            CodeConstants.clear(code, LARGEST[half]);
            for (int piece = 0; piece < pieces; piece++) {
                for (int vector = half; vector < X.length; vector += 2) {
                    code.vpand(T, MAGNITUDE, floats(piece, vector));
                    code.vpmaxud(LARGEST[half], LARGEST[half], T);
                }
            }
            code.vpshufd(T, LARGEST[half], 0b10_11_00_01);
            code.vpmaxud(LARGEST[half], LARGEST[half], T);
        }
    }

    private Mem floats(int piece, int vector) {
        return Mem.at(RDI, Float.BYTES * PIECE * piece + from[vector]);
    }

    /** One of each two, in the order of lanes, to scales; their inverses twice each again. */
    private void scales() {
        code.vshufps(SCALES, LARGEST[0], LARGEST[1], 0b10_00_10_00);
        code.vpermq(SCALES, SCALES, IN_TURN);
        code.vmovdqu(T, range);
        code.vdivps(U, T, SCALES);
        code.vdivps(SCALES, SCALES, T);
        code.vmovdqu(Mem.at(RCX, 0), SCALES);
        code.vminps(U, U, largest);
        for (int half = 0; half < INVERSES.length; half++) {
            code.vmovdqu(INVERSES[half], spread[half]);
            code.vpermd(INVERSES[half], INVERSES[half], U);
        }
    }

    /** Leaves the integers in X[0] and X[2] too. Packing works in halves of a register, so lanes come in another order and are put right. */
    private void round(int piece) {
        for (int vector = 0; vector < X.length; vector++) {
            code.vmulps(X[vector], INVERSES[vector % 2], floats(piece, vector));
            code.vcvtps2dq(X[vector], X[vector]);
        }
        for (int vector = 0; vector < X.length; vector += 2) {
            code.vpackssdw(X[vector], X[vector], X[vector + 1]);
            code.vpermq(X[vector], X[vector], IN_TURN);
            code.vmovdqu(Mem.at(RDX, 2 * HALF_PIECE * piece + HALF_PIECE * (vector / 2)), X[vector]);
        }
    }

    private void sums(int piece) {
        code.vpmaddwd(T, X[0], ONES);
        code.vpmaddwd(U, X[2], ONES);
        code.vpaddd(T, T, U);
        code.vcvtdq2ps(T, T);
        code.vmulps(T, T, SCALES);
        code.vhaddps(T, T, T);
        code.vhaddps(T, T, T);
        code.vextracti128(U.low(), T, 1);
        if (RoundedLayout.isSuperBlock(type)) {
            code.vmovss(Mem.at(R8, RoundedLayout.VECTOR + 8 * piece), T);
            code.vmovss(Mem.at(R8, RoundedLayout.VECTOR + 8 * piece + 4), U);
        }
        code.vaddps(T.low(), T.low(), U.low());
        code.vmovss(Mem.at(R8, Float.BYTES * piece), T);
    }
}
