package dev.tarn.engine.compute.integer;

import static dev.tarn.engine.compute.x86.Gpr.R8;
import static dev.tarn.engine.compute.x86.Gpr.R9;
import static dev.tarn.engine.compute.x86.Gpr.RAX;
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
 * Products with rows of blocks of 256 weights. The scales of a block's parts are integers, which multiply sums of integers; so a block
 * is turned into floats once.
 *
 * <p>(RDI weights, RSI rows, RDX blocks a row, RCX activations, R8 y).
 */
final class SuperBlockCode {
    private static final int LOWER_TWICE = 0x44;
    private static final int UPPER_TWICE = 0xee;
    private static final int LINE = 64;

    private static final Vec SCALES = ymm(8);
    private static final Vec D = ymm(9);
    private static final Vec[] Q = {ymm(10), ymm(11)};
    private static final Vec T = ymm(12);
    private static final Vec U = ymm(13);
    private static final Vec HIGH = ymm(14);
    private static final Vec ZERO = ymm(15);

    private final Assembler code;
    private final TensorType type;
    private final int tokens;
    private final Mem[] parts;
    private final Mem low;
    private final Mem tops;
    private final Mem centre;
    private final Mem firstShifts;
    private final Mem firstMasks;
    private final Mem secondMasks;

    private SuperBlockCode(Assembler code, TensorType type, int tokens) {
        this.code = code;
        this.type = type;
        this.tokens = tokens;
        this.parts = type == TensorType.Q6_K ? partsOfTwo() : partsOfOne();
        this.low = CodeConstants.bytes(code, _ -> 15);
        this.tops = CodeConstants.bytes(code, _ -> type == TensorType.Q6_K ? 0x30 : 0x10);
        this.centre = CodeConstants.floats(code, PlainSuperBlocks.CENTRE);
        this.firstShifts = CodeConstants.ints(code, 0, 0, 0, 4);
        this.firstMasks = CodeConstants.ints(code, 0x3f3f3f3f, 0x0f0f0f0f, 0x3f3f3f3f, 0x0f0f0f0f);
        this.secondMasks = CodeConstants.ints(code, 0, 0x30303030, 0, 0x30303030);
    }

    /** Writes the function for so many tokens and returns where it starts. */
    static int write(Assembler code, TensorType type, int tokens) {
        return new SuperBlockCode(code, type, tokens).write();
    }

    /** Orders of bytes that put the scale of part i, one of eight, everywhere. */
    private Mem[] partsOfOne() {
        Mem[] orders = new Mem[8];
        for (int part = 0; part < orders.length; part++) {
            int first = 2 * part;
            orders[part] = CodeConstants.bytes(code, i -> first + i % 2);
        }
        return orders;
    }

    /** The same for the four parts of half a block, which have a scale for each of their lanes. */
    private Mem[] partsOfTwo() {
        Mem[] orders = new Mem[4];
        for (int part = 0; part < orders.length; part++) {
            int first = 4 * part;
            orders[part] = CodeConstants.bytes(code, i -> first + 2 * (i / 16) + i % 2);
        }
        return orders;
    }

    private static Vec sum(int token) {
        return ymm(token);
    }

    private static Vec dots(int token) {
        return ymm(IntegerProducts.TILE + token);
    }

    private int write() {
        int start = code.begin();
        CodeConstants.clear(code, ZERO);
        Label row = new Label();
        code.bind(row);
        for (int token = 0; token < tokens; token++) {
            CodeConstants.clear(code, sum(token));
        }
        code.mov(RAX, RCX);
        code.mov(R9, RDX);
        Label block = new Label();
        code.bind(block);
        writeBlock();
        code.add(RDI, type.blockBytes());
        code.add(RAX, RoundedLayout.stride(type, tokens));
        code.sub(R9, 1);
        code.jnz(block);
        for (int token = 0; token < tokens; token++) {
            CodeConstants.sumLanes(code, sum(token), T);
            code.vmovss(Mem.at(R8, Float.BYTES * token), sum(token));
        }
        code.add(R8, Float.BYTES * tokens);
        code.sub(RSI, 1);
        code.jnz(row);
        code.vzeroupper();
        code.ret();
        return start;
    }

    private void writeBlock() {
        for (int line = 0; line < type.blockBytes(); line += LINE) {
            code.prefetcht0(Mem.at(RDI, CodeConstants.AHEAD + line));
        }
        for (int token = 0; token < tokens; token++) {
            CodeConstants.clear(code, dots(token));
        }
        if (type == TensorType.Q6_K) {
            centres();
            sixBits(0, LOWER_TWICE);
            sixBits(1, UPPER_TWICE);
        } else {
            scalesAndMinima();
            for (int pair = 0; pair < 4; pair++) {
                fiveBits(pair);
            }
        }
        for (int token = 0; token < tokens; token++) {
            code.vcvtdq2ps(dots(token), dots(token));
            code.vmulps(T, D, Mem.at(RAX, RoundedLayout.scales(type, tokens, token)));
            code.vfmadd231ps(sum(token), dots(token), T);
        }
    }

    /** Twelve bytes hold eight scales and eight minima of six bits each. Leaves the scales as words in both lanes of SCALES. */
    private void scalesAndMinima() {
        Vec head = T.low();
        code.vmovdqu(head, Mem.at(RDI, 0));
        code.vpshufd(Q[0].low(), head, 0b11_10_11_01);
        code.vpshufd(Q[1].low(), head, 0b10_10_01_01);
        code.vpsrlvd(Q[0].low(), Q[0].low(), firstShifts);
        code.vpand(Q[0].low(), Q[0].low(), firstMasks);
        code.vpsrld(Q[1].low(), Q[1].low(), 2);
        code.vpand(Q[1].low(), Q[1].low(), secondMasks);
        code.vpor(Q[0].low(), Q[0].low(), Q[1].low());
        code.vpmovzxbw(SCALES, Q[0].low());
        code.vpshufd(U.low(), Q[0].low(), 0b11_10_11_10);
        code.vpmovzxbd(U, U.low());
        code.vcvtdq2ps(U, U);
        code.vcvtph2ps(head, head);
        code.vbroadcastss(D, head);
        code.vpshufd(head, head, 0b01_01_01_01);
        code.vbroadcastss(T, head);
        code.vmulps(U, T, U);
        for (int token = 0; token < tokens; token++) {
            code.vfnmadd231ps(sum(token), U, Mem.at(RAX, RoundedLayout.sums(type, tokens, token)));
        }
        code.vpermq(SCALES, SCALES, LOWER_TWICE);
        if (type == TensorType.Q5_K) {
            code.vmovdqu(HIGH, Mem.at(RDI, 16));
        }
    }

    /** Parts 2 · pair and 2 · pair + 1: the lower and the upper halves of 32 bytes. */
    private void fiveBits(int pair) {
        boolean fifth = type == TensorType.Q5_K;
        code.vmovdqu(Q[0], Mem.at(RDI, (fifth ? 48 : 16) + 32 * pair));
        code.vpsrlw(Q[1], Q[0], 4);
        for (int half = 0; half < 2; half++) {
            int part = 2 * pair + half;
            code.vpand(Q[half], Q[half], low);
            if (fifth) {
                addTop(Q[half], part - 4);
            }
            addPart(Q[half], part, parts[part]);
        }
    }

    /** Adds the top bits, found in HIGH so many places to the left. What words let in from the next byte, the mask takes off. */
    private void addTop(Vec q, int right) {
        if (right == 0) {
            code.vpand(T, HIGH, tops);
        } else {
            if (right > 0) {
                code.vpsrlw(T, HIGH, right);
            } else {
                code.vpsllw(T, HIGH, -right);
            }
            code.vpand(T, T, tops);
        }
        code.vpor(q, q, T);
    }

    /** Integers times their scale, as words, times the activations of a part. */
    private void addPart(Vec q, int part, Mem order) {
        code.vpshufb(U, SCALES, order);
        code.vpunpcklbw(T, q, ZERO);
        code.vpunpckhbw(q, q, ZERO);
        code.vpmullw(T, T, U);
        code.vpmullw(q, q, U);
        for (int token = 0; token < tokens; token++) {
            int integers = RoundedLayout.integers(type, token) + 2 * RoundedLayout.VECTOR * part;
            code.vpmaddwd(U, T, Mem.at(RAX, integers));
            code.vpaddd(dots(token), dots(token), U);
            code.vpmaddwd(U, q, Mem.at(RAX, integers + RoundedLayout.VECTOR));
            code.vpaddd(dots(token), dots(token), U);
        }
    }

    /** Scales and centre times sums of activations, for eight parts of 16 weights and for the other eight. */
    private void centres() {
        code.vpbroadcastw(D.low(), Mem.at(RDI, 208));
        code.vcvtph2ps(D, D.low());
        code.vmulps(U, D, centre);
        for (int half = 0; half < 2; half++) {
            code.vpmovsxbd(T, Mem.at(RDI, 192 + 8 * half));
            code.vcvtdq2ps(T, T);
            code.vmulps(T, U, T);
            for (int token = 0; token < tokens; token++) {
                int sums = RoundedLayout.sums(type, tokens, token) + (1 + half) * RoundedLayout.VECTOR;
                code.vfmadd231ps(sum(token), T, Mem.at(RAX, sums));
            }
        }
    }

    /** Half a block: lower and upper halves of 64 bytes, with two more bits each from 32 bytes. */
    private void sixBits(int half, int lane) {
        code.vpmovsxbw(SCALES, Mem.at(RDI, 192));
        code.vpermq(SCALES, SCALES, lane);
        code.vmovdqu(HIGH, Mem.at(RDI, 128 + 32 * half));
        for (int first = 0; first < 2; first++) {
            code.vmovdqu(Q[0], Mem.at(RDI, 64 * half + 32 * first));
            code.vpsrlw(Q[1], Q[0], 4);
            for (int second = 0; second < 2; second++) {
                int part = first + 2 * second;
                code.vpand(Q[second], Q[second], low);
                addTop(Q[second], 2 * part - 4);
                addPart(Q[second], 4 * half + part, parts[part]);
            }
        }
    }
}
