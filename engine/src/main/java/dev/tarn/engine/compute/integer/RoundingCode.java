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

/**
 * Rounding of activations to eight bits. Magnitudes are compared as the integers that their bits are, so that NaN counts as the
 * largest.
 *
 * <p>(RDI floats, RSI blocks, RDX integers, RCX scales, R8 sums, R9 bytes from one block to the next).
 */
final class RoundingCode {
    private static final int PIECE = RoundedLayout.PIECE;
    private static final Vec[] X = {ymm(0), ymm(1), ymm(2), ymm(3)};
    private static final Vec[] INVERSES = {ymm(4), ymm(5), ymm(6), ymm(7)};
    private static final Vec T = ymm(8);
    private static final Vec U = ymm(9);
    private static final Vec SCALES = ymm(10);
    private static final Vec MAGNITUDE = ymm(11);
    private static final Vec ORDER = ymm(12);
    private static final Vec ONES = ymm(13);
    private static final Vec BYTES = ymm(14);

    private final Assembler code;
    private final int pieces;
    private final Mem range;
    private final Mem largest;
    private final Mem[] spread = new Mem[4];

    private RoundingCode(Assembler code, int pieces) {
        this.code = code;
        this.pieces = pieces;
        this.range = CodeConstants.floats(code, PlainIntegerProducts.RANGE);
        this.largest = CodeConstants.floats(code, Float.MAX_VALUE);
        for (int i = 0; i < spread.length; i++) {
            int a = 2 * i;
            int b = a + 1;
            spread[i] = CodeConstants.ints(code, a, a, a, a, b, b, b, b);
        }
    }

    /** Writes the function for blocks of 32 or 256 and returns where it starts. */
    static int write(Assembler code, int block) {
        return new RoundingCode(code, block / PIECE).write();
    }

    private int write() {
        int start = code.begin();
        code.vmovdqu(MAGNITUDE, CodeConstants.bytes(code, i -> i % 4 == 3 ? 0x7f : 0xff));
        code.vmovdqu(ORDER, CodeConstants.ints(code, 0, 4, 1, 5, 2, 6, 3, 7));
        code.vmovdqu(ONES, CodeConstants.ones(code));
        code.vmovdqu(BYTES, CodeConstants.bytes(code, _ -> 1));
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

    /** X[i] = the largest magnitude of lane 2 i four times, then that of lane 2 i + 1. */
    private void findLargest() {
        for (int i = 0; i < X.length; i++) {
            code.vpand(X[i], MAGNITUDE, Mem.at(RDI, 32 * i));
            for (int piece = 1; piece < pieces; piece++) {
                code.vpand(T, MAGNITUDE, Mem.at(RDI, Float.BYTES * PIECE * piece + 32 * i));
                code.vpmaxud(X[i], X[i], T);
            }
            code.vpshufd(T, X[i], 0b01_00_11_10);
            code.vpmaxud(X[i], X[i], T);
            code.vpshufd(T, X[i], 0b10_11_00_01);
            code.vpmaxud(X[i], X[i], T);
        }
    }

    /** One of each four, in the order of lanes, to scales; their inverses four times each again. */
    private void scales() {
        code.vpblendd(X[0], X[0], X[1], 0b0010_0010);
        code.vpblendd(X[2], X[2], X[3], 0b1000_1000);
        code.vpblendd(X[0], X[0], X[2], 0b1100_1100);
        code.vpermd(X[0], ORDER, X[0]);
        code.vmovdqu(T, range);
        code.vdivps(SCALES, X[0], T);
        code.vmovdqu(Mem.at(RCX, 0), SCALES);
        code.vdivps(T, T, X[0]);
        code.vminps(T, T, largest);
        for (int i = 0; i < INVERSES.length; i++) {
            code.vmovdqu(INVERSES[i], spread[i]);
            code.vpermd(INVERSES[i], INVERSES[i], T);
        }
    }

    /** Leaves 32 integers in X[0] too. Packing works in halves of a register, so lanes come in another order and are put right. */
    private void round(int piece) {
        for (int i = 0; i < X.length; i++) {
            code.vmulps(X[i], INVERSES[i], Mem.at(RDI, Float.BYTES * PIECE * piece + 32 * i));
            code.vcvtps2dq(X[i], X[i]);
        }
        code.vpackssdw(X[0], X[0], X[1]);
        code.vpackssdw(X[2], X[2], X[3]);
        code.vpacksswb(X[0], X[0], X[2]);
        code.vpermd(X[0], ORDER, X[0]);
        code.vmovdqu(Mem.at(RDX, PIECE * piece), X[0]);
    }

    private void sums(int piece) {
        code.vpmaddubsw(T, BYTES, X[0]);
        code.vpmaddwd(T, T, ONES);
        code.vcvtdq2ps(T, T);
        code.vmulps(T, T, SCALES);
        code.vhaddps(T, T, T);
        code.vhaddps(T, T, T);
        code.vextracti128(U.low(), T, 1);
        if (pieces > 1) {
            code.vmovss(Mem.at(R8, RoundedLayout.VECTOR + 8 * piece), T);
            code.vmovss(Mem.at(R8, RoundedLayout.VECTOR + 8 * piece + 4), U);
        }
        code.vaddps(T.low(), T.low(), U.low());
        code.vmovss(Mem.at(R8, Float.BYTES * piece), T);
    }
}
