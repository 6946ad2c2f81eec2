package dev.tarn.engine.compute.integer;

import static dev.tarn.engine.compute.x86.Gpr.R10;
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
import dev.tarn.engine.compute.x86.Gpr;
import dev.tarn.engine.compute.x86.Label;
import dev.tarn.engine.compute.x86.Mem;
import dev.tarn.engine.compute.x86.Vec;
import dev.tarn.engine.format.TensorType;

/**
 * Products with rows of blocks of 32 weights. Two rows go side by side, because a row alone waits for its own sums and loads every
 * activation for itself only.
 *
 * <p>(RDI weights, RSI rows, RDX blocks a row, RCX integers of the activations, R8 y, R9 their pairs).
 */
final class LegacyBlockCode {
    private static final Vec X = ymm(0);
    private static final Vec SCALE = ymm(1);
    private static final Vec[] SUMS = {ymm(2), ymm(3)};
    private static final Vec[] BESIDE = {xmm(4), xmm(5)};
    private static final Vec[] Q = {ymm(6), ymm(7)};
    private static final Vec[] T = {ymm(8), ymm(9)};
    private static final Vec ONES = ymm(10);
    private static final Vec LOW = ymm(11);
    private static final Vec SPREAD = ymm(12);
    private static final Vec BITS = ymm(13);
    private static final Vec ALL = ymm(14);
    private static final Vec MINIMUM = xmm(15);
    private static final Gpr[] ROW = {RDI, R10};

    private final Assembler code;
    private final TensorType type;
    private final boolean fifth;
    private final Mem sixteens;

    private LegacyBlockCode(Assembler code, TensorType type) {
        this.code = code;
        this.sixteens = CodeConstants.bytes(code, _ -> 16);
        this.type = type;
        this.fifth = type == TensorType.Q5_0 || type == TensorType.Q5_1;
    }

    /** Writes the function and returns where it starts. */
    static int write(Assembler code, TensorType type) {
        return new LegacyBlockCode(code, type).write();
    }

    private int write() {
        int start = code.begin();
        Label one = new Label();
        Label done = new Label();
        code.push(RBX);
        loadConstants();
        Label two = new Label();
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
        code.pop(RBX);
        code.ret();
        return start;
    }

    private void loadConstants() {
        code.vmovdqu(ONES, CodeConstants.ones(code));
        code.vmovdqu(LOW, CodeConstants.lowHalves(code));
        if (fifth) {
            code.vmovdqu(SPREAD, CodeConstants.bytes(code, i -> i / 8));
            code.vmovdqu(BITS, CodeConstants.bytes(code, i -> ~(1 << i % 8)));
            code.vpcmpeqb(ALL, ALL, ALL);
        }
    }

    private void rows(int count) {
        for (int row = 0; row < count; row++) {
            CodeConstants.clear(code, SUMS[row]);
            CodeConstants.clear(code, BESIDE[row]);
        }
        code.mov(RAX, RCX);
        code.mov(R11, R9);
        code.mov(RBX, RDX);
        Label next = new Label();
        code.bind(next);
        code.vmovdqu(X, Mem.at(RAX, 0));
        code.vbroadcastss(SCALE, Mem.at(R11, 0));
        for (int row = 0; row < count; row++) {
            block(row);
        }
        for (int row = 0; row < count; row++) {
            code.add(ROW[row], type.blockBytes());
        }
        code.add(RAX, 32);
        code.add(R11, RoundedLayout.PAIR);
        code.sub(RBX, 1);
        code.jnz(next);
        for (int row = 0; row < count; row++) {
            finish(row);
        }
        code.add(R8, 4 * count);
    }

    private void block(int row) {
        Vec q = Q[row];
        Vec t = T[row];
        Gpr at = ROW[row];
        boolean minimum = PlainLegacyBlocks.hasMinimum(type);
        if (type == TensorType.Q8_0) {
            code.vmovdqu(t, Mem.at(at, 2));
            code.vpabsb(q, t);
            code.vpsignb(t, X, t);
            code.vpmaddubsw(q, q, t);
        } else {
            unpack(at, (minimum ? 4 : 2) + (fifth ? 4 : 0), q, t);
            if (fifth) {
                addFifthBits(at, minimum ? 4 : 2, q, t);
            }
            code.vpmaddubsw(q, q, X);
        }
        code.vpmaddwd(q, q, ONES);
        code.vcvtdq2ps(q, q);
        if (minimum) {
            code.vmovd(t, Mem.at(at, 0));
            code.vcvtph2ps(t.low(), t.low());
            addBeside(row, t);
            code.vbroadcastss(t, t.low());
        } else {
            code.vpbroadcastw(t.low(), Mem.at(at, 0));
            code.vcvtph2ps(t, t.low());
            addBeside(row, t);
        }
        code.vmulps(t, t, SCALE);
        code.vfmadd231ps(SUMS[row], q, t);
    }

    private void addBeside(int row, Vec scales) {
        if (PlainLegacyBlocks.hasMinimum(type)) {
            code.vmovshdup(MINIMUM, scales.low());
            code.vfmadd231ss(BESIDE[row], MINIMUM, Mem.at(R11, 4));
        } else if (type != TensorType.Q8_0) {
            code.vfmadd231ss(BESIDE[row], scales, Mem.at(R11, 4));
        }
    }

    /** Lower halves of sixteen bytes to the lower lane, upper halves to the upper one. */
    private void unpack(Gpr at, int offset, Vec q, Vec t) {
        code.vmovdqu(q.low(), Mem.at(at, offset));
        code.vpsrlw(t.low(), q.low(), 4);
        code.vinserti128(q, q, t.low(), 1);
        code.vpand(q, q, LOW);
    }

    /** Bit i of 32 becomes 16 in byte i: a byte that holds its own bit of the four is all ones where the others are forced to be. */
    private void addFifthBits(Gpr at, int offset, Vec q, Vec t) {
        code.vpbroadcastd(t, Mem.at(at, offset));
        code.vpshufb(t, t, SPREAD);
        code.vpor(t, t, BITS);
        code.vpcmpeqb(t, t, ALL);
        code.vpand(t, t, sixteens);
        code.vpor(q, q, t);
    }

    private void finish(int row) {
        CodeConstants.clear(code, T[row]);
        CodeConstants.sumLanes(code, SUMS[row], T[row], Q[row]);
        if (type != TensorType.Q8_0) {
            code.vfmadd231ss(SUMS[row], BESIDE[row], CodeConstants.floats(code, PlainLegacyBlocks.factor(type)));
        }
        code.vmovss(Mem.at(R8, 4 * row), SUMS[row]);
    }
}
