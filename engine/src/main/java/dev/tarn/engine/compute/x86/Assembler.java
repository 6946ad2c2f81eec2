package dev.tarn.engine.compute.x86;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Writes instructions of x86-64, those that the kernels need: methods bear the names of Intel's manual (SDM volume 2, whose chapter 2
 * defines the encodings) and take operands in its order. Constants follow the code, each at a multiple of {@value #ALIGNMENT} bytes.
 */
public final class Assembler {
    private static final int ALIGNMENT = 32;
    private static final int NONE = 0;
    private static final int P66 = 1;
    private static final int PF3 = 2;
    private static final int MAP_0F = 1;
    private static final int MAP_0F38 = 2;
    private static final int MAP_0F3A = 3;

    private record Reference(int at, Label label) {}

    private record Constant(Label label, byte[] bytes) {}

    private final ByteArrayOutputStream code = new ByteArrayOutputStream();
    private final List<Reference> references = new ArrayList<>();
    private final List<Constant> constants = new ArrayList<>();

    /** Code and constants, every reference resolved. It may lie at any multiple of {@value #ALIGNMENT} bytes. */
    public byte[] assemble() {
        for (Constant constant : constants) {
            code.writeBytes(new byte[Math.floorMod(-code.size(), ALIGNMENT)]);
            constant.label.place(code.size());
            code.writeBytes(constant.bytes);
        }
        constants.clear();
        byte[] bytes = code.toByteArray();
        for (Reference reference : references) {
            int distance = reference.label.position() - reference.at - 4;
            for (int i = 0; i < 4; i++) {
                bytes[reference.at + i] = (byte) (distance >> (8 * i));
            }
        }
        return bytes;
    }

    /** Where the next instruction will be, in bytes from the start. */
    public int position() {
        return code.size();
    }

    /** Starts a function: the next instruction comes at a multiple of {@value #ALIGNMENT} bytes. */
    public int begin() {
        while (code.size() % ALIGNMENT != 0) {
            code.write(0xcc);
        }
        return code.size();
    }

    /** The label's place is here. */
    public void bind(Label label) {
        label.place(code.size());
    }

    /** Bytes that instructions may load, placed after the code. */
    public Mem constant(byte... bytes) {
        Label label = new Label();
        constants.add(new Constant(label, bytes.clone()));
        return Mem.at(label);
    }

    public void mov(Gpr to, Gpr from) {
        rex(true, from.high(), to.high());
        emit(0x89, registers(from.low(), to.low()));
    }

    public void add(Gpr to, int value) {
        arithmetic(0, to, value);
    }

    public void sub(Gpr to, int value) {
        arithmetic(5, to, value);
    }

    public void cmp(Gpr to, int value) {
        arithmetic(7, to, value);
    }

    public void add(Gpr to, Gpr from) {
        rex(true, from.high(), to.high());
        emit(0x01, registers(from.low(), to.low()));
    }

    public void imul(Gpr to, Gpr from, int factor) {
        rex(true, to.high(), from.high());
        emit(0x69, registers(to.low(), from.low()));
        emit32(factor);
    }

    public void push(Gpr register) {
        rex(false, 0, register.high());
        emit(0x50 | register.low());
    }

    public void pop(Gpr register) {
        rex(false, 0, register.high());
        emit(0x58 | register.low());
    }

    /** Jumps if the last comparison or subtraction gave something other than zero. */
    public void jnz(Label to) {
        jump(0x85, to);
    }

    /** Jumps if the last comparison found less, signed. */
    public void jl(Label to) {
        jump(0x8c, to);
    }

    public void jmp(Label to) {
        emit(0xe9);
        refer(to);
    }

    public void ret() {
        emit(0xc3);
    }

    public void cpuid() {
        emit(0x0f, 0xa2);
    }

    public void xgetbv() {
        emit(0x0f, 0x01, 0xd0);
    }

    /** Stores the lower 32 bits. */
    public void mov32(Mem to, Gpr from) {
        rex(false, from.high(), to.high());
        emit(0x89);
        modrm(from.low(), to, 0);
    }

    /** Asks for the line at an address, which need not be mapped. */
    public void prefetcht0(Mem at) {
        rex(false, 0, at.high());
        emit(0x0f, 0x18);
        modrm(1, at, 0);
    }

    public void vzeroupper() {
        emit(0xc5, 0xf8, 0x77);
    }

    public void vmovdqu(Vec to, Operand from) {
        vex(PF3, MAP_0F, 0, 0x6f, to, 0, from);
    }

    public void vmovdqu(Mem to, Vec from) {
        vex(PF3, MAP_0F, 0, 0x7f, from, 0, to);
    }

    /** The lowest float only. */
    public void vmovss(Mem to, Vec from) {
        vex(PF3, MAP_0F, 0, 0x11, from.low(), 0, to);
    }

    /** Loads 32 bits; the others become zero. */
    public void vmovd(Vec to, Operand from) {
        vex(P66, MAP_0F, 0, 0x6e, to.low(), 0, from);
    }

    /** The lowest 32 bits; the upper half of the register becomes zero. */
    public void vmovd(Gpr to, Vec from) {
        vex(P66, MAP_0F, 0, 0x7e, from.low(), 0, to);
    }

    /** Loads lanes whose mask has its highest bit set; the others become zero, and their memory is not touched. */
    public void vmaskmovps(Vec to, Vec mask, Mem from) {
        vex(P66, MAP_0F38, 0, 0x2c, to, mask.number(), from);
    }

    /** Stores lanes whose mask has its highest bit set. */
    public void vmaskmovps(Mem to, Vec mask, Vec from) {
        vex(P66, MAP_0F38, 0, 0x2e, from, mask.number(), to);
    }

    public void vbroadcastss(Vec to, Operand from) {
        vex(P66, MAP_0F38, 0, 0x18, to, 0, from);
    }

    public void vpbroadcastw(Vec to, Mem from) {
        vex(P66, MAP_0F38, 0, 0x79, to, 0, from);
    }

    public void vpbroadcastd(Vec to, Operand from) {
        vex(P66, MAP_0F38, 0, 0x58, to, 0, from);
    }

    public void vinserti128(Vec to, Vec a, Operand b, int lane) {
        vex(P66, MAP_0F3A, 0, 0x38, to, a.number(), b, lane);
    }

    public void vextracti128(Vec to, Vec from, int lane) {
        vex(P66, MAP_0F3A, 0, 0x39, from, 0, to, lane);
    }

    public void vpermq(Vec to, Operand from, int order) {
        vex(P66, MAP_0F3A, 1, 0x00, to, 0, from, order);
    }

    public void vpermd(Vec to, Vec order, Operand from) {
        vex(P66, MAP_0F38, 0, 0x36, to, order.number(), from);
    }

    public void vpshufd(Vec to, Operand from, int order) {
        vex(P66, MAP_0F, 0, 0x70, to, 0, from, order);
    }

    public void vshufps(Vec to, Vec a, Operand b, int order) {
        vex(NONE, MAP_0F, 0, 0xc6, to, a.number(), b, order);
    }

    public void vpshufb(Vec to, Vec from, Operand order) {
        vex(P66, MAP_0F38, 0, 0x00, to, from.number(), order);
    }

    public void vpand(Vec to, Vec a, Operand b) {
        vex(P66, MAP_0F, 0, 0xdb, to, a.number(), b);
    }

    /** to = not a, and b. */
    public void vpandn(Vec to, Vec a, Operand b) {
        vex(P66, MAP_0F, 0, 0xdf, to, a.number(), b);
    }

    public void vpor(Vec to, Vec a, Operand b) {
        vex(P66, MAP_0F, 0, 0xeb, to, a.number(), b);
    }

    public void vpxor(Vec to, Vec a, Operand b) {
        vex(P66, MAP_0F, 0, 0xef, to, a.number(), b);
    }

    public void vpcmpeqb(Vec to, Vec a, Operand b) {
        vex(P66, MAP_0F, 0, 0x74, to, a.number(), b);
    }

    /** Signed, 32 bits. */
    public void vpcmpgtd(Vec to, Vec a, Operand b) {
        vex(P66, MAP_0F, 0, 0x66, to, a.number(), b);
    }

    /** All bits of the lanes where a is less than b; none where either is NaN. */
    public void vcmpltps(Vec to, Vec a, Operand b) {
        vex(NONE, MAP_0F, 0, 0xc2, to, a.number(), b, 1);
    }

    public void vpmullw(Vec to, Vec a, Operand b) {
        vex(P66, MAP_0F, 0, 0xd5, to, a.number(), b);
    }

    public void vpunpcklbw(Vec to, Vec a, Operand b) {
        vex(P66, MAP_0F, 0, 0x60, to, a.number(), b);
    }

    public void vpunpckhbw(Vec to, Vec a, Operand b) {
        vex(P66, MAP_0F, 0, 0x68, to, a.number(), b);
    }

    public void vpmaddwd(Vec to, Vec a, Operand b) {
        vex(P66, MAP_0F, 0, 0xf5, to, a.number(), b);
    }

    public void vpaddd(Vec to, Vec a, Operand b) {
        vex(P66, MAP_0F, 0, 0xfe, to, a.number(), b);
    }

    public void vpmaxud(Vec to, Vec a, Operand b) {
        vex(P66, MAP_0F38, 0, 0x3f, to, a.number(), b);
    }

    public void vpackssdw(Vec to, Vec a, Operand b) {
        vex(P66, MAP_0F, 0, 0x6b, to, a.number(), b);
    }

    public void vpmovzxbw(Vec to, Operand from) {
        vex(P66, MAP_0F38, 0, 0x30, to, 0, from);
    }

    public void vpmovzxbd(Vec to, Operand from) {
        vex(P66, MAP_0F38, 0, 0x31, to, 0, from);
    }

    public void vpmovsxbd(Vec to, Operand from) {
        vex(P66, MAP_0F38, 0, 0x21, to, 0, from);
    }

    public void vpmovsxbw(Vec to, Operand from) {
        vex(P66, MAP_0F38, 0, 0x20, to, 0, from);
    }

    public void vpsrlw(Vec to, Vec from, int bits) {
        vex(P66, MAP_0F, 0, 0x71, 2, to, from, bits);
    }

    public void vpsllw(Vec to, Vec from, int bits) {
        vex(P66, MAP_0F, 0, 0x71, 6, to, from, bits);
    }

    public void vpsrld(Vec to, Vec from, int bits) {
        vex(P66, MAP_0F, 0, 0x72, 2, to, from, bits);
    }

    public void vpslld(Vec to, Vec from, int bits) {
        vex(P66, MAP_0F, 0, 0x72, 6, to, from, bits);
    }

    public void vpsrlvd(Vec to, Vec from, Operand bits) {
        vex(P66, MAP_0F38, 0, 0x45, to, from.number(), bits);
    }

    public void vcvtdq2ps(Vec to, Operand from) {
        vex(NONE, MAP_0F, 0, 0x5b, to, 0, from);
    }

    public void vcvtps2dq(Vec to, Operand from) {
        vex(P66, MAP_0F, 0, 0x5b, to, 0, from);
    }

    /** From 16-bit floats, as many as the target has lanes; the source is half as long. */
    public void vcvtph2ps(Vec to, Operand from) {
        vex(P66, MAP_0F38, 0, 0x13, to, 0, from);
    }

    public void vaddps(Vec to, Vec a, Operand b) {
        vex(NONE, MAP_0F, 0, 0x58, to, a.number(), b);
    }

    public void vsubps(Vec to, Vec a, Operand b) {
        vex(NONE, MAP_0F, 0, 0x5c, to, a.number(), b);
    }

    public void vmulps(Vec to, Vec a, Operand b) {
        vex(NONE, MAP_0F, 0, 0x59, to, a.number(), b);
    }

    public void vdivps(Vec to, Vec a, Operand b) {
        vex(NONE, MAP_0F, 0, 0x5e, to, a.number(), b);
    }

    /** The smaller of two numbers each; the second where either is NaN. */
    public void vminps(Vec to, Vec a, Operand b) {
        vex(NONE, MAP_0F, 0, 0x5d, to, a.number(), b);
    }

    /** The larger of two numbers each; the second where either is NaN. */
    public void vmaxps(Vec to, Vec a, Operand b) {
        vex(NONE, MAP_0F, 0, 0x5f, to, a.number(), b);
    }

    public void vhaddps(Vec to, Vec a, Operand b) {
        vex(3, MAP_0F, 0, 0x7c, to, a.number(), b);
    }

    /** to = a · to + b. */
    public void vfmadd213ps(Vec to, Vec a, Operand b) {
        vex(P66, MAP_0F38, 0, 0xa8, to, a.number(), b);
    }

    /** to += a · b. */
    public void vfmadd231ps(Vec to, Vec a, Operand b) {
        vex(P66, MAP_0F38, 0, 0xb8, to, a.number(), b);
    }

    /** to += a · b, the lowest float. */
    public void vfmadd231ss(Vec to, Vec a, Operand b) {
        vex(P66, MAP_0F38, 0, 0xb9, to.low(), a.number(), b);
    }

    /** to -= a · b. */
    public void vfnmadd231ps(Vec to, Vec a, Operand b) {
        vex(P66, MAP_0F38, 0, 0xbc, to, a.number(), b);
    }

    private void arithmetic(int operation, Gpr to, int value) {
        rex(true, 0, to.high());
        boolean small = value == (byte) value;
        emit(small ? 0x83 : 0x81, registers(operation, to.low()));
        if (small) {
            emit(value);
        } else {
            emit32(value);
        }
    }

    private void jump(int opcode, Label to) {
        emit(0x0f, opcode);
        refer(to);
    }

    private void refer(Label label) {
        references.add(new Reference(code.size(), label));
        emit32(0);
    }

    private void rex(boolean wide, int reg, int rm) {
        int bits = (wide ? 8 : 0) | (reg << 2) | rm;
        if (bits != 0) {
            emit(0x40 | bits);
        }
    }

    private static int registers(int reg, int rm) {
        return 0xc0 | (reg << 3) | rm;
    }

    private void vex(int prefix, int map, int w, int opcode, Vec reg, int second, Operand rm) {
        vex(prefix, map, w, opcode, reg.number(), second, rm, reg.wide(), new int[0]);
    }

    private void vex(int prefix, int map, int w, int opcode, Vec reg, int second, Operand rm, int immediate) {
        vex(prefix, map, w, opcode, reg.number(), second, rm, reg.wide(), new int[] {immediate});
    }

    /** Shifts by constants: the register field holds an extension of the opcode, the target is the second operand. */
    private void vex(int prefix, int map, int w, int opcode, int extension, Vec to, Vec from, int bits) {
        vex(prefix, map, w, opcode, extension, to.number(), from, to.wide(), new int[] {bits});
    }

    private void vex(
            int prefix, int map, int w, int opcode, int reg, int second, Operand rm, boolean wide, int[] immediate) {
        int high = rm.high();
        int last = ((~second & 15) << 3) | (wide ? 4 : 0) | prefix;
        int notR = reg < 8 ? 0x80 : 0;
        if (high == 0 && map == MAP_0F && w == 0) {
            emit(0xc5, notR | last, opcode);
        } else {
            emit(0xc4, notR | 0x40 | ((1 - high) << 5) | map, (w << 7) | last, opcode);
        }
        if (rm instanceof Mem mem) {
            modrm(reg & 7, mem, immediate.length);
        } else {
            emit(registers(reg & 7, rm instanceof Vec vec ? vec.field() : ((Gpr) rm).low()));
        }
        emit(immediate);
    }

    private void modrm(int reg, Mem mem, int bytesAfter) {
        int field = reg << 3;
        if (mem.base() == null) {
            requireLast(bytesAfter);
            emit(field | 5);
            refer(Objects.requireNonNull(mem.label()));
        } else if (mem.displacement() == (byte) mem.displacement()) {
            emit(0x40 | field | mem.base().low(), mem.displacement());
        } else {
            emit(0x80 | field | mem.base().low());
            emit32(mem.displacement());
        }
    }

    /** References count from their own end, which {@link #assemble} takes for the instruction's. */
    private static void requireLast(int bytesAfter) {
        if (bytesAfter != 0) {
            throw new IllegalArgumentException("a constant cannot be read by an instruction that ends in another");
        }
    }

    private void emit(int... bytes) {
        for (int b : bytes) {
            code.write(b);
        }
    }

    private void emit32(int value) {
        emit(value, value >> 8, value >> 16, value >> 24);
    }
}
