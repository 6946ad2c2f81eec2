package dev.tarn.engine.compute.integer;

import static dev.tarn.engine.compute.x86.Gpr.RCX;
import static dev.tarn.engine.compute.x86.Gpr.RDI;
import static dev.tarn.engine.compute.x86.Gpr.RDX;
import static dev.tarn.engine.compute.x86.Gpr.RSI;
import static dev.tarn.engine.compute.x86.Vec.xmm;
import static dev.tarn.engine.compute.x86.Vec.ymm;

import dev.tarn.engine.compute.x86.Assembler;
import dev.tarn.engine.compute.x86.Label;
import dev.tarn.engine.compute.x86.Mem;
import dev.tarn.engine.compute.x86.Vec;

/**
 * Rounding of activations to eight bits. Magnitudes are compared as the integers that their bits are, so that NaN counts as the
 * largest.
 *
 * <p>(RDI floats, RSI groups, RDX integers, RCX what stands beside the groups).
 */
final class RoundingCode {
    private static final int PIECE = 32;
    private static final Vec[] X = {ymm(0), ymm(1), ymm(2), ymm(3)};
    private static final Vec LARGEST = ymm(4);
    private static final Vec INVERSE = ymm(5);
    private static final Vec T = ymm(6);
    private static final Vec D = xmm(7);
    private static final Vec MAGNITUDE = ymm(8);
    private static final Vec ORDER = ymm(9);
    private static final Vec ONES = ymm(10);
    private static final Vec BYTES = ymm(11);

    private final Assembler code;
    private final int pieces;

    private RoundingCode(Assembler code, int pieces) {
        this.code = code;
        this.pieces = pieces;
    }

    /** Writes the function for groups of 32 or 256 and returns where it starts. */
    static int write(Assembler code, int group) {
        return new RoundingCode(code, group / PIECE).write();
    }

    private int write() {
        int start = code.begin();
        code.vmovdqu(MAGNITUDE, CodeConstants.bytes(code, i -> i % 4 == 3 ? 0x7f : 0xff));
        code.vmovdqu(ORDER, CodeConstants.ints(code, 0, 4, 1, 5, 2, 6, 3, 7));
        code.vmovdqu(ONES, CodeConstants.ones(code));
        code.vmovdqu(BYTES, CodeConstants.bytes(code, _ -> 1));
        Label group = new Label();
        code.bind(group);
        findLargest();
        scales();
        for (int piece = 0; piece < pieces; piece++) {
            round(piece);
            if (pieces == 1) {
                sumOfGroup();
            } else {
                sumsOfRecord(piece);
            }
        }
        code.add(RDI, 4 * PIECE * pieces);
        code.add(RDX, PIECE * pieces);
        code.add(RCX, pieces == 1 ? RoundedLayout.PAIR : RoundedLayout.RECORD);
        code.sub(RSI, 1);
        code.jnz(group);
        code.vzeroupper();
        code.ret();
        return start;
    }

    private void findLargest() {
        CodeConstants.clear(code, LARGEST);
        for (int i = 0; i < 4 * pieces; i++) {
            code.vpand(T, MAGNITUDE, Mem.at(RDI, 32 * i));
            code.vpmaxud(LARGEST, LARGEST, T);
        }
        Vec largest = LARGEST.low();
        code.vextracti128(T.low(), LARGEST, 1);
        code.vpmaxud(largest, largest, T.low());
        code.vpshufd(T.low(), largest, 0b01_00_11_10);
        code.vpmaxud(largest, largest, T.low());
        code.vpshufd(T.low(), largest, 0b10_11_00_01);
        code.vpmaxud(largest, largest, T.low());
    }

    private void scales() {
        Mem range = CodeConstants.floats(code, PlainIntegerProducts.RANGE);
        code.vdivss(D, LARGEST, range);
        code.vmovss(Mem.at(RCX, 0), D);
        code.vmovss(T, range);
        code.vdivss(T, T, LARGEST.low());
        code.vminss(T, T, CodeConstants.floats(code, Float.MAX_VALUE));
        code.vbroadcastss(INVERSE, T.low());
    }

    /** Leaves 32 integers in X[0] too. Packing works lane by lane, so words come in another order and are put right. */
    private void round(int piece) {
        for (int i = 0; i < X.length; i++) {
            code.vmulps(X[i], INVERSE, Mem.at(RDI, 4 * PIECE * piece + 32 * i));
            code.vcvtps2dq(X[i], X[i]);
        }
        code.vpackssdw(X[0], X[0], X[1]);
        code.vpackssdw(X[2], X[2], X[3]);
        code.vpacksswb(X[0], X[0], X[2]);
        code.vpermd(X[0], ORDER, X[0]);
        code.vmovdqu(Mem.at(RDX, PIECE * piece), X[0]);
        code.vpmaddubsw(T, BYTES, X[0]);
        code.vpmaddwd(T, T, ONES);
        code.vphaddd(T, T, T);
        code.vphaddd(T, T, T);
        code.vextracti128(X[1].low(), T, 1);
    }

    private void sumOfGroup() {
        code.vpaddd(T.low(), T.low(), X[1].low());
        code.vcvtdq2ps(T.low(), T.low());
        code.vmulss(T, T.low(), D);
        code.vmovss(Mem.at(RCX, 4), T);
    }

    private void sumsOfRecord(int piece) {
        code.vpextrw(Mem.at(RCX, RoundedLayout.SUMS_OF_16 + 4 * piece), T, 0);
        code.vpextrw(Mem.at(RCX, RoundedLayout.SUMS_OF_16 + 4 * piece + 2), X[1], 0);
        code.vpaddd(T.low(), T.low(), X[1].low());
        code.vpextrw(Mem.at(RCX, RoundedLayout.SUMS_OF_32 + 2 * piece), T, 0);
    }
}
