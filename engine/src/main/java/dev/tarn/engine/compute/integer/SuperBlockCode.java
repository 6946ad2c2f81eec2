package dev.tarn.engine.compute.integer;

import static dev.tarn.engine.compute.x86.Gpr.R11;
import static dev.tarn.engine.compute.x86.Gpr.R8;
import static dev.tarn.engine.compute.x86.Gpr.R9;
import static dev.tarn.engine.compute.x86.Gpr.RAX;
import static dev.tarn.engine.compute.x86.Gpr.RBX;
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
import dev.tarn.engine.format.TensorType;

/**
 * Products with rows of blocks of 256 weights. The scales of a block's parts are integers, which multiply sums of integers; so a block
 * is turned into floats once.
 *
 * <p>(RDI weights, RSI rows, RDX blocks a row, RCX integers of the activations, R8 y, R9 their records).
 */
final class SuperBlockCode {
    private static final int LOWER_TWICE = 0x44;
    private static final int UPPER_TWICE = 0xee;

    private static final Vec SUM = ymm(0);
    private static final Vec BESIDE = xmm(1);
    private static final Vec INTS = ymm(2);
    private static final Vec SCALES = ymm(3);
    private static final Vec SCALE = ymm(4);
    private static final Vec[] Q = {ymm(5), ymm(6), ymm(7), ymm(8)};
    private static final Vec T = ymm(9);
    private static final Vec U = ymm(10);
    private static final Vec HIGH = ymm(11);
    private static final Vec LOW = ymm(12);
    private static final Vec BIT = ymm(13);

    private final Assembler code;
    private final TensorType type;
    private final Mem[] parts;
    private final Mem firstShifts;
    private final Mem firstMasks;
    private final Mem secondMasks;

    private SuperBlockCode(Assembler code, TensorType type) {
        this.code = code;
        this.type = type;
        this.parts = type == TensorType.Q6_K ? partsOfTwo() : partsOfOne();
        this.firstShifts = CodeConstants.ints(code, 0, 0, 0, 4);
        this.firstMasks = CodeConstants.ints(code, 0x3f3f3f3f, 0x0f0f0f0f, 0x3f3f3f3f, 0x0f0f0f0f);
        this.secondMasks = CodeConstants.ints(code, 0, 0x30303030, 0, 0x30303030);
    }

    /** Writes the function and returns where it starts. */
    static int write(Assembler code, TensorType type) {
        return new SuperBlockCode(code, type).write();
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

    private int write() {
        int start = code.begin();
        code.push(RBX);
        code.vmovdqu(LOW, CodeConstants.lowHalves(code));
        code.vmovdqu(BIT, CodeConstants.bytes(code, _ -> type == TensorType.Q6_K ? 0x30 : 0x10));
        Label row = new Label();
        code.bind(row);
        CodeConstants.clear(code, SUM);
        CodeConstants.clear(code, BESIDE);
        code.mov(RAX, RCX);
        code.mov(R11, R9);
        code.mov(RBX, RDX);
        Label block = new Label();
        code.bind(block);
        writeBlock();
        code.add(RDI, type.blockBytes());
        code.add(RAX, 256);
        code.add(R11, RoundedLayout.RECORD);
        code.sub(RBX, 1);
        code.jnz(block);
        CodeConstants.sumLanes(code, SUM, BESIDE, T);
        code.vmovss(Mem.at(R8, 0), SUM);
        code.add(R8, 4);
        code.sub(RSI, 1);
        code.jnz(row);
        code.vzeroupper();
        code.pop(RBX);
        code.ret();
        return start;
    }

    private void writeBlock() {
        code.vbroadcastss(SCALE, Mem.at(R11, 0));
        if (type == TensorType.Q6_K) {
            centres();
            sixBits(0, LOWER_TWICE);
            sixBits(1, UPPER_TWICE);
            code.vpbroadcastw(T.low(), Mem.at(RDI, 208));
            code.vcvtph2ps(T, T.low());
            code.vmulps(T, T, SCALE);
        } else {
            scalesAndMinima();
            if (type == TensorType.Q5_K) {
                code.vmovdqu(HIGH, Mem.at(RDI, 16));
            }
            for (int pair = 0; pair < 4; pair++) {
                fiveBits(pair);
            }
            code.vbroadcastss(T, SCALE.low());
        }
        code.vcvtdq2ps(INTS, INTS);
        code.vfmadd231ps(SUM, INTS, T);
    }

    /** Twelve bytes hold eight scales and eight minima of six bits each: to words, minima in the upper lane. */
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
        code.vcvtph2ps(head, head);
        code.vmulps(SCALE.low(), head, SCALE.low());
        code.vextracti128(U.low(), SCALES, 1);
        code.vpmaddwd(U.low(), U.low(), Mem.at(R11, RoundedLayout.SUMS_OF_32));
        code.vcvtdq2ps(U.low(), U.low());
        code.vpshufd(Q[1].low(), SCALE.low(), 0b01_01_01_01);
        code.vfnmadd231ps(BESIDE, Q[1].low(), U.low());
        code.vpermq(SCALES, SCALES, LOWER_TWICE);
        CodeConstants.clear(code, INTS);
    }

    /** Parts 2 · pair and 2 · pair + 1: the lower and the upper halves of 32 bytes. */
    private void fiveBits(int pair) {
        boolean fifth = type == TensorType.Q5_K;
        code.vmovdqu(Q[0], Mem.at(RDI, (fifth ? 48 : 16) + 32 * pair));
        code.vpsrlw(Q[1], Q[0], 4);
        for (int half = 0; half < 2; half++) {
            int part = 2 * pair + half;
            code.vpand(Q[half], Q[half], LOW);
            if (fifth) {
                shift(part - 4);
                code.vpor(Q[half], Q[half], T);
            }
            addPart(Q[half], 32 * part, parts[part]);
        }
    }

    /** T = those bits of the mask that are set in HIGH, bytes shifted by so many to the right. What words let in from the next byte, the mask takes off. */
    private void shift(int right) {
        if (right == 0) {
            code.vpand(T, HIGH, BIT);
        } else {
            if (right > 0) {
                code.vpsrlw(T, HIGH, right);
            } else {
                code.vpsllw(T, HIGH, -right);
            }
            code.vpand(T, T, BIT);
        }
    }

    private void addPart(Vec q, int offset, Mem order) {
        code.vpmaddubsw(q, q, Mem.at(RAX, offset));
        code.vpshufb(U, SCALES, order);
        code.vpmaddwd(q, q, U);
        code.vpaddd(INTS, INTS, q);
    }

    /** INTS = -32 times scales times sums of activations. */
    private void centres() {
        code.vpmovsxbw(HIGH, Mem.at(RDI, 192));
        code.vpmaddwd(T, HIGH, Mem.at(R11, RoundedLayout.SUMS_OF_16));
        code.vpslld(T, T, 5);
        CodeConstants.clear(code, INTS);
        code.vpsubd(INTS, INTS, T);
    }

    /** Half a block: lower halves of 64 bytes, then their upper halves, with two more bits each from 32 bytes. */
    private void sixBits(int half, int lane) {
        code.vpmovsxbw(SCALES, Mem.at(RDI, 192));
        code.vpermq(SCALES, SCALES, lane);
        code.vmovdqu(Q[0], Mem.at(RDI, 64 * half));
        code.vmovdqu(Q[1], Mem.at(RDI, 64 * half + 32));
        code.vmovdqu(HIGH, Mem.at(RDI, 128 + 32 * half));
        code.vpsrlw(Q[2], Q[0], 4);
        code.vpsrlw(Q[3], Q[1], 4);
        for (int part = 0; part < 4; part++) {
            code.vpand(Q[part], Q[part], LOW);
            shift(2 * part - 4);
            code.vpor(Q[part], Q[part], T);
            addPart(Q[part], 128 * half + 32 * part, parts[part]);
        }
    }
}
