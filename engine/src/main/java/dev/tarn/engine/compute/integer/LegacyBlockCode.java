package dev.tarn.engine.compute.integer;

import static dev.tarn.engine.compute.x86.Gpr.R10;
import static dev.tarn.engine.compute.x86.Gpr.R8;
import static dev.tarn.engine.compute.x86.Gpr.R9;
import static dev.tarn.engine.compute.x86.Gpr.RAX;
import static dev.tarn.engine.compute.x86.Gpr.RCX;
import static dev.tarn.engine.compute.x86.Gpr.RDI;
import static dev.tarn.engine.compute.x86.Gpr.RDX;
import static dev.tarn.engine.compute.x86.Gpr.RSI;
import static dev.tarn.engine.compute.x86.Vec.xmm;
import static dev.tarn.engine.compute.x86.Vec.ymm;

import dev.tarn.engine.compute.x86.Assembler;
import dev.tarn.engine.compute.x86.Gpr;
import dev.tarn.engine.compute.x86.Label;
import dev.tarn.engine.compute.x86.Mem;
import dev.tarn.engine.compute.x86.Vec;
import dev.tarn.engine.format.TensorType;

/**
 * Products with rows of blocks of 32 weights. Two rows go side by side, because a row alone waits for its own sums. What the tokens have
 * beside their sums for a row lies in the lanes of one register.
 *
 * <p>(RDI weights, RSI rows, RDX blocks a row, RCX activations, R8 y).
 */
final class LegacyBlockCode {
    private static final Vec[] BESIDE = {xmm(8), xmm(9)};
    private static final Vec A = ymm(10);
    private static final Vec B = ymm(11);
    private static final Vec D = ymm(12);
    private static final Vec SCALE = ymm(13);
    private static final Vec T = ymm(14);
    private static final Vec U = ymm(15);
    private static final Gpr[] ROW = {RDI, R10};

    private final Assembler code;
    private final TensorType type;
    private final int tokens;
    private final boolean fifth;
    private final boolean minimum;
    private final Mem low;
    private final Mem spread;
    private final Mem bits;
    private final Mem sixteens;

    private LegacyBlockCode(Assembler code, TensorType type, int tokens) {
        this.code = code;
        this.type = type;
        this.tokens = tokens;
        this.fifth = type == TensorType.Q5_0 || type == TensorType.Q5_1;
        this.minimum = PlainLegacyBlocks.hasMinimum(type);
        this.low = CodeConstants.bytes(code, i -> i % 2 == 0 || fifth ? 15 : 0);
        this.spread = CodeConstants.bytes(code, i -> i / 8);
        this.bits = CodeConstants.bytes(code, i -> 1 << (i % 8));
        this.sixteens = CodeConstants.bytes(code, _ -> 16);
    }

    /** Writes the function for so many tokens and returns where it starts. */
    static int write(Assembler code, TensorType type, int tokens) {
        return new LegacyBlockCode(code, type, tokens).write();
    }

    private int write() {
        int start = code.begin();
        Label two = new Label();
        Label one = new Label();
        Label done = new Label();
        code.bind(two);
        code.cmp(RSI, 2);
        code.jl(one);
        code.imul(R10, RDX, type.blockBytes());
        code.add(R10, RDI);
        rows(2);
        code.mov(RDI, R10);
        code.sub(RSI, 2);
        code.jmp(two);
        code.bind(one);
        code.cmp(RSI, 1);
        code.jl(done);
        rows(1);
        code.bind(done);
        code.vzeroupper();
        code.ret();
        return start;
    }

    private Vec sum(int row, int token) {
        return ymm(IntegerProducts.TILE * row + token);
    }

    private void rows(int count) {
        for (int row = 0; row < count; row++) {
            for (int token = 0; token < tokens; token++) {
                CodeConstants.clear(code, sum(row, token));
            }
            CodeConstants.clear(code, BESIDE[row]);
        }
        code.mov(RAX, RCX);
        code.mov(R9, RDX);
        Label next = new Label();
        code.bind(next);
        for (int row = 0; row < count; row++) {
            code.prefetcht0(Mem.at(ROW[row], CodeConstants.AHEAD));
            unpack(ROW[row]);
            scale(row);
            for (int token = 0; token < tokens; token++) {
                multiply(sum(row, token), token);
            }
            code.add(ROW[row], type.blockBytes());
        }
        code.add(RAX, RoundedLayout.stride(type, tokens));
        code.sub(R9, 1);
        code.jnz(next);
        for (int row = 0; row < count; row++) {
            finish(row);
        }
        code.add(R8, Float.BYTES * tokens * count);
    }

    /** A and B = the integers, sixteen each. */
    private void unpack(Gpr at) {
        int offset = minimum ? 4 : 2;
        if (type == TensorType.Q8_0) {
            code.vpmovsxbw(A, Mem.at(at, 2));
            code.vpmovsxbw(B, Mem.at(at, 18));
        } else if (fifth) {
            unpackFiveBits(at, offset);
        } else {
            code.vpmovzxbw(B, Mem.at(at, offset));
            code.vpand(A, B, low);
            code.vpsrlw(B, B, 4);
        }
    }

    private void unpackFiveBits(Gpr at, int offset) {
        code.vmovdqu(A.low(), Mem.at(at, offset + 4));
        code.vpsrlw(T.low(), A.low(), 4);
        code.vinserti128(A, A, T.low(), 1);
        code.vpand(A, A, low);
        code.vpbroadcastd(T, Mem.at(at, offset));
        code.vpshufb(T, T, spread);
        code.vpand(T, T, bits);
        code.vpcmpeqb(T, T, bits);
        code.vpand(T, T, sixteens);
        code.vpor(A, A, T);
        code.vextracti128(B.low(), A, 1);
        code.vpmovzxbw(B, B.low());
        code.vpmovzxbw(A, A.low());
    }

    /** D = the scale in every lane, and what minima or centres come to is added up. */
    private void scale(int row) {
        Gpr at = ROW[row];
        if (minimum) {
            code.vmovd(SCALE.low(), Mem.at(at, 0));
            code.vcvtph2ps(SCALE.low(), SCALE.low());
            code.vbroadcastss(D, SCALE.low());
            code.vpshufd(SCALE.low(), SCALE.low(), 0b01_01_01_01);
            addBeside(row, SCALE.low());
        } else {
            code.vpbroadcastw(D.low(), Mem.at(at, 0));
            code.vcvtph2ps(D, D.low());
            if (type != TensorType.Q8_0) {
                addBeside(row, D.low());
            }
        }
    }

    private void addBeside(int row, Vec factor) {
        Mem sums = Mem.at(RAX, RoundedLayout.sums(type, tokens, 0));
        if (tokens == 1) {
            code.vfmadd231ss(BESIDE[row], factor, sums);
        } else {
            code.vfmadd231ps(BESIDE[row], factor, sums);
        }
    }

    private void multiply(Vec sum, int token) {
        int integers = RoundedLayout.integers(type, token);
        code.vpmaddwd(T, A, Mem.at(RAX, integers));
        code.vpmaddwd(U, B, Mem.at(RAX, integers + RoundedLayout.VECTOR));
        code.vpaddd(T, T, U);
        code.vcvtdq2ps(T, T);
        code.vmulps(SCALE, D, Mem.at(RAX, RoundedLayout.scales(type, tokens, token)));
        code.vfmadd231ps(sum, T, SCALE);
    }

    private void finish(int row) {
        Mem factor = CodeConstants.floats(code, PlainLegacyBlocks.factor(type));
        for (int token = 0; token < tokens; token++) {
            Vec sum = sum(row, token);
            CodeConstants.sumLanes(code, sum, T);
            if (type != TensorType.Q8_0) {
                code.vpshufd(T.low(), BESIDE[row], token);
                code.vfmadd231ss(sum, T, factor);
            }
            code.vmovss(Mem.at(R8, Float.BYTES * (tokens * row + token)), sum);
        }
    }
}
