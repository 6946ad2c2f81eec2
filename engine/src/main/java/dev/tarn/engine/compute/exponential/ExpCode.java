package dev.tarn.engine.compute.exponential;

import static dev.tarn.engine.compute.x86.Gpr.R8;
import static dev.tarn.engine.compute.x86.Gpr.RAX;
import static dev.tarn.engine.compute.x86.Gpr.RCX;
import static dev.tarn.engine.compute.x86.Gpr.RDI;
import static dev.tarn.engine.compute.x86.Gpr.RDX;
import static dev.tarn.engine.compute.x86.Gpr.RSI;
import static dev.tarn.engine.compute.x86.Vec.ymm;

import dev.tarn.engine.compute.x86.Assembler;
import dev.tarn.engine.compute.x86.Gpr;
import dev.tarn.engine.compute.x86.Label;
import dev.tarn.engine.compute.x86.Mem;
import dev.tarn.engine.compute.x86.Vec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntUnaryOperator;

/** Writes the functions of {@link MachineExp}: eight floats a turn, and what remains under a mask. */
final class ExpCode {
    private static final int LANES = 8;
    private static final Vec X = ymm(0);
    private static final Vec SHIFTED = ymm(1);
    private static final Vec T = ymm(2);
    private static final Vec P = ymm(3);
    private static final Vec VANISHING = ymm(4);
    private static final Vec GATE = ymm(5);
    private static final Vec SUM = ymm(6);
    private static final Vec MAX = ymm(7);
    private static final Vec MASK = ymm(8);
    private static final Vec LOWEST = ymm(9);
    private static final Vec HIGHEST = ymm(10);
    private static final Vec LOG2_E = ymm(11);
    private static final Vec ROUND = ymm(12);
    private static final Vec SIGN = ymm(13);
    private static final Vec ONE = ymm(14);

    private final Assembler code;
    private final Mem ln2High;
    private final Mem ln2Low;
    private final Mem[] polynomial = new Mem[8];
    private final Mem geluSlope;
    private final Mem geluCubic;

    ExpCode(Assembler code) {
        this.code = code;
        this.ln2High = constant(ExpConstants.LN2_HIGH);
        this.ln2Low = constant(ExpConstants.LN2_LOW);
        for (int power = 2; power < polynomial.length; power++) {
            polynomial[power] = constant(ExpConstants.coefficient(power));
        }
        this.geluSlope = constant(ExpConstants.GELU_SLOPE);
        this.geluCubic = constant(ExpConstants.GELU_CUBIC);
    }

    /** (RDI array, RSI any, RDX bytes to begin at, RCX count, R8 bits of max): the bits of the sum. */
    int expSum() {
        int start = begin();
        code.add(RDI, RDX);
        code.vmovd(MAX, R8);
        code.vpbroadcastd(MAX, MAX.low());
        code.vpxor(SUM, SUM, SUM);
        loop(RCX, masked -> {
            load(X, RDI, masked);
            code.vsubps(X, X, MAX);
            exp();
            store(RDI, X, masked);
            if (masked) {
                code.vpand(X, X, MASK);
            }
            code.vaddps(SUM, SUM, X);
            code.add(RDI, Float.BYTES * LANES);
        });
        sumLanes();
        code.vmovd(RAX, SUM);
        end();
        return start;
    }

    /** (RDI gate, RSI up, RDX and RCX bytes to begin at, R8 count). */
    int swiglu() {
        return gated(() -> code.vpxor(X, GATE, SIGN));
    }

    /** (RDI gate, RSI up, RDX and RCX bytes to begin at, R8 count). x / 2 · (1 + tanh(y)) = x / (1 + e^(-2y)). */
    int geglu() {
        return gated(() -> {
            code.vmulps(X, GATE, GATE);
            code.vmovdqu(T, geluCubic);
            code.vfmadd213ps(X, T, geluSlope);
            code.vmulps(X, GATE, X);
            code.vpxor(X, X, SIGN);
        });
    }

    /** gate = gate / (1 + e^X) · up with X as {@code exponent} makes it. */
    private int gated(Runnable exponent) {
        int start = begin();
        code.vmovdqu(SIGN, constant(-0f));
        code.add(RDI, RDX);
        code.add(RSI, RCX);
        loop(R8, masked -> {
            load(GATE, RDI, masked);
            exponent.run();
            exp();
            code.vaddps(X, X, ONE);
            code.vdivps(GATE, GATE, X);
            load(X, RSI, masked);
            code.vmulps(GATE, GATE, X);
            store(RDI, GATE, masked);
            code.add(RDI, Float.BYTES * LANES);
            code.add(RSI, Float.BYTES * LANES);
        });
        end();
        return start;
    }

    private interface Body {
        void write(boolean masked);
    }

    /** The body as often as the count has eights, then once more for what remains. */
    private void loop(Gpr count, Body body) {
        Label turn = new Label();
        Label rest = new Label();
        Label done = new Label();
        code.bind(turn);
        code.cmp(count, LANES);
        code.jl(rest);
        body.write(false);
        code.sub(count, LANES);
        code.jmp(turn);
        code.bind(rest);
        code.cmp(count, 1);
        code.jl(done);
        code.vmovd(MASK, count);
        code.vpbroadcastd(MASK, MASK.low());
        code.vpcmpgtd(MASK, MASK, lanes());
        body.write(true);
        code.bind(done);
    }

    private int begin() {
        int start = code.begin();
        code.vmovdqu(LOWEST, constant(ExpConstants.LOWEST));
        code.vmovdqu(HIGHEST, constant(ExpConstants.HIGHEST));
        code.vmovdqu(LOG2_E, constant(ExpConstants.LOG2_E));
        code.vmovdqu(ROUND, constant(ExpConstants.ROUND));
        code.vmovdqu(ONE, constant(1));
        return start;
    }

    private void end() {
        code.vzeroupper();
        code.ret();
    }

    /** X = e^X; uses T, P, SHIFTED and VANISHING up. NaN stays NaN: the instructions for bounds return their second number then. */
    private void exp() {
        code.vcmpltps(VANISHING, X, LOWEST);
        code.vmaxps(X, LOWEST, X);
        code.vminps(X, HIGHEST, X);
        code.vmovdqu(SHIFTED, ROUND);
        code.vfmadd231ps(SHIFTED, X, LOG2_E);
        code.vsubps(T, SHIFTED, ROUND);
        code.vfnmadd231ps(X, T, ln2High);
        code.vfnmadd231ps(X, T, ln2Low);
        code.vmovdqu(P, polynomial[7]);
        for (int power = 6; power >= 2; power--) {
            code.vfmadd213ps(P, X, polynomial[power]);
        }
        code.vmulps(T, X, X);
        code.vaddps(X, X, ONE);
        code.vfmadd213ps(P, T, X);
        code.vpslld(SHIFTED, SHIFTED, 23);
        code.vpaddd(P, P, SHIFTED);
        code.vpandn(X, VANISHING, P);
    }

    /** Leaves in the lowest lane the sum of all, halves first. */
    private void sumLanes() {
        code.vextracti128(T.low(), SUM, 1);
        code.vaddps(SUM.low(), SUM.low(), T.low());
        code.vpshufd(T.low(), SUM.low(), 0b01_00_11_10);
        code.vaddps(SUM.low(), SUM.low(), T.low());
        code.vpshufd(T.low(), SUM.low(), 0b10_11_00_01);
        code.vaddps(SUM.low(), SUM.low(), T.low());
    }

    private Mem constant(float value) {
        return vector(lane -> Float.floatToRawIntBits(value));
    }

    /** The numbers of the lanes, which the count's broadcast is compared with. */
    private Mem lanes() {
        return vector(lane -> lane);
    }

    private Mem vector(IntUnaryOperator lane) {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * LANES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < LANES; i++) {
            bytes.putInt(lane.applyAsInt(i));
        }
        return code.constant(bytes.array());
    }

    private void load(Vec to, Gpr from, boolean masked) {
        if (masked) {
            code.vmaskmovps(to, MASK, Mem.at(from, 0));
        } else {
            code.vmovdqu(to, Mem.at(from, 0));
        }
    }

    private void store(Gpr to, Vec from, boolean masked) {
        if (masked) {
            code.vmaskmovps(Mem.at(to, 0), MASK, from);
        } else {
            code.vmovdqu(Mem.at(to, 0), from);
        }
    }
}
