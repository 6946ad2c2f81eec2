package dev.tarn.engine.compute.x86;

import static dev.tarn.engine.compute.x86.Vec.xmm;
import static dev.tarn.engine.compute.x86.Vec.ymm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Encodings against those that GNU as 2.40 makes of the same instruction (given in its syntax), and the resolution of references. */
class AssemblerTest {
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    private record Instruction(String text, String bytes, Consumer<Assembler> written) {
        @Override
        public String toString() {
            return text;
        }
    }

    private static Instruction of(String text, String bytes, Consumer<Assembler> written) {
        return new Instruction(text, bytes, written);
    }

    static List<Instruction> instructions() {
        return List.of(
                of("mov %r9,%rax", "4c 89 c8", a -> a.mov(Gpr.RAX, Gpr.R9)),
                of("mov %rcx,%r11", "49 89 cb", a -> a.mov(Gpr.R11, Gpr.RCX)),
                of("add $4,%r8", "49 83 c0 04", a -> a.add(Gpr.R8, 4)),
                of("add $288,%r8", "49 81 c0 20 01 00 00", a -> a.add(Gpr.R8, 288)),
                of("sub $2,%rsi", "48 83 ee 02", a -> a.sub(Gpr.RSI, 2)),
                of("cmp $1000,%rsi", "48 81 fe e8 03 00 00", a -> a.cmp(Gpr.RSI, 1000)),
                of("add %rdi,%r10", "49 01 fa", a -> a.add(Gpr.R10, Gpr.RDI)),
                of("add %r9,%rdx", "4c 01 ca", a -> a.add(Gpr.RDX, Gpr.R9)),
                of("imul $340,%rdx,%r10", "4c 69 d2 54 01 00 00", a -> a.imul(Gpr.R10, Gpr.RDX, 340)),
                of("push %rbx", "53", a -> a.push(Gpr.RBX)),
                of("pop %r11", "41 5b", a -> a.pop(Gpr.R11)),
                of("cpuid", "0f a2", a -> a.cpuid()),
                of("xgetbv", "0f 01 d0", a -> a.xgetbv()),
                of("ret", "c3", a -> a.ret()),
                of("mov %edx,12(%r8)", "41 89 50 0c", a -> a.mov32(Mem.at(Gpr.R8, 12), Gpr.RDX)),
                of("mov %r10d,4(%rdi)", "44 89 57 04", a -> a.mov32(Mem.at(Gpr.RDI, 4), Gpr.R10)),
                of("prefetcht0 2048(%r10)", "41 0f 18 8a 00 08 00 00", a -> a.prefetcht0(Mem.at(Gpr.R10, 2048))),
                of("prefetcht0 64(%rdi)", "0f 18 4f 40", a -> a.prefetcht0(Mem.at(Gpr.RDI, 64))),
                of("vzeroupper", "c5 f8 77", a -> a.vzeroupper()),
                of("vmovdqu 32(%rax),%ymm3", "c5 fe 6f 58 20", a -> a.vmovdqu(ymm(3), Mem.at(Gpr.RAX, 32))),
                of("vmovdqu 6(%r10),%xmm12", "c4 41 7a 6f 62 06", a -> a.vmovdqu(xmm(12), Mem.at(Gpr.R10, 6))),
                of("vmovdqu %ymm9,640(%rcx)", "c5 7e 7f 89 80 02 00 00", a -> a.vmovdqu(Mem.at(Gpr.RCX, 640), ymm(9))),
                of("vmovss %xmm2,4(%r8)", "c4 c1 7a 11 50 04", a -> a.vmovss(Mem.at(Gpr.R8, 4), ymm(2))),
                of("vmovd 8(%r10),%xmm13", "c4 41 79 6e 6a 08", a -> a.vmovd(xmm(13), Mem.at(Gpr.R10, 8))),
                of("vbroadcastss %xmm12,%ymm9", "c4 42 7d 18 cc", a -> a.vbroadcastss(ymm(9), xmm(12))),
                of(
                        "vpbroadcastw 208(%rdi),%xmm12",
                        "c4 62 79 79 a7 d0 00 00 00", a -> a.vpbroadcastw(xmm(12), Mem.at(Gpr.RDI, 208))),
                of(
                        "vpbroadcastd 2(%r10),%ymm11",
                        "c4 42 7d 58 5a 02", a -> a.vpbroadcastd(ymm(11), Mem.at(Gpr.R10, 2))),
                of(
                        "vinserti128 $1,%xmm11,%ymm10,%ymm10",
                        "c4 43 2d 38 d3 01", a -> a.vinserti128(ymm(10), ymm(10), xmm(11), 1)),
                of("vextracti128 $1,%ymm2,%xmm8", "c4 c3 7d 39 d0 01", a -> a.vextracti128(xmm(8), ymm(2), 1)),
                of("vpermq $0x44,%ymm3,%ymm8", "c4 63 fd 00 c3 44", a -> a.vpermq(ymm(8), ymm(3), 0x44)),
                of("vpermd %ymm8,%ymm14,%ymm4", "c4 c2 0d 36 e0", a -> a.vpermd(ymm(4), ymm(14), ymm(8))),
                of("vpshufd $0x4e,%ymm1,%ymm8", "c5 7d 70 c1 4e", a -> a.vpshufd(ymm(8), ymm(1), 0x4e)),
                of(
                        "vpshufb 96(%rsi),%ymm8,%ymm13",
                        "c4 62 3d 00 6e 60", a -> a.vpshufb(ymm(13), ymm(8), Mem.at(Gpr.RSI, 96))),
                of("vpand %ymm15,%ymm10,%ymm10", "c4 41 2d db d7", a -> a.vpand(ymm(10), ymm(10), ymm(15))),
                of("vpor %ymm3,%ymm2,%ymm1", "c5 ed eb cb", a -> a.vpor(ymm(1), ymm(2), ymm(3))),
                of("vpxor %xmm9,%xmm9,%xmm9", "c4 41 31 ef c9", a -> a.vpxor(xmm(9), xmm(9), xmm(9))),
                of(
                        "vpcmpeqb 32(%rcx),%ymm11,%ymm11",
                        "c5 25 74 59 20", a -> a.vpcmpeqb(ymm(11), ymm(11), Mem.at(Gpr.RCX, 32))),
                of("vpmaddwd %ymm13,%ymm12,%ymm12", "c4 41 1d f5 e5", a -> a.vpmaddwd(ymm(12), ymm(12), ymm(13))),
                of("vpmullw %ymm13,%ymm12,%ymm12", "c4 41 1d d5 e5", a -> a.vpmullw(ymm(12), ymm(12), ymm(13))),
                of("vpunpcklbw %ymm15,%ymm10,%ymm12", "c4 41 2d 60 e7", a -> a.vpunpcklbw(ymm(12), ymm(10), ymm(15))),
                of("vpunpckhbw %ymm15,%ymm10,%ymm10", "c4 41 2d 68 d7", a -> a.vpunpckhbw(ymm(10), ymm(10), ymm(15))),
                of("vshufps $0x88,%ymm5,%ymm4,%ymm10", "c5 5c c6 d5 88", a -> a.vshufps(ymm(10), ymm(4), ymm(5), 0x88)),
                of("vpaddd %ymm12,%ymm7,%ymm7", "c4 c1 45 fe fc", a -> a.vpaddd(ymm(7), ymm(7), ymm(12))),
                of("vpmaxud %ymm8,%ymm1,%ymm0", "c4 c2 75 3f c0", a -> a.vpmaxud(ymm(0), ymm(1), ymm(8))),
                of("vpackssdw %ymm9,%ymm0,%ymm0", "c4 c1 7d 6b c1", a -> a.vpackssdw(ymm(0), ymm(0), ymm(9))),
                of("vpmovzxbw %xmm10,%ymm8", "c4 42 7d 30 c2", a -> a.vpmovzxbw(ymm(8), xmm(10))),
                of("vpmovzxbd %xmm13,%ymm13", "c4 42 7d 31 ed", a -> a.vpmovzxbd(ymm(13), xmm(13))),
                of(
                        "vpmovsxbd 192(%rdi),%ymm12",
                        "c4 62 7d 21 a7 c0 00 00 00", a -> a.vpmovsxbd(ymm(12), Mem.at(Gpr.RDI, 192))),
                of(
                        "vpmovsxbw 192(%rdi),%ymm8",
                        "c4 62 7d 20 87 c0 00 00 00", a -> a.vpmovsxbw(ymm(8), Mem.at(Gpr.RDI, 192))),
                of("vpsrlw $4,%ymm10,%ymm11", "c4 c1 25 71 d2 04", a -> a.vpsrlw(ymm(11), ymm(10), 4)),
                of("vpsllw $3,%ymm14,%ymm12", "c4 c1 1d 71 f6 03", a -> a.vpsllw(ymm(12), ymm(14), 3)),
                of("vpsrld $2,%xmm11,%xmm11", "c4 c1 21 72 d3 02", a -> a.vpsrld(xmm(11), xmm(11), 2)),
                of("vpsrlvd %xmm3,%xmm10,%xmm10", "c4 62 29 45 d3", a -> a.vpsrlvd(xmm(10), xmm(10), xmm(3))),
                of("vcvtdq2ps %ymm14,%ymm14", "c4 41 7c 5b f6", a -> a.vcvtdq2ps(ymm(14), ymm(14))),
                of("vcvtps2dq %ymm3,%ymm3", "c5 fd 5b db", a -> a.vcvtps2dq(ymm(3), ymm(3))),
                of("vcvtph2ps %xmm12,%ymm12", "c4 42 7d 13 e4", a -> a.vcvtph2ps(ymm(12), xmm(12))),
                of("vaddps %xmm8,%xmm0,%xmm0", "c4 c1 78 58 c0", a -> a.vaddps(xmm(0), xmm(0), xmm(8))),
                of(
                        "vmulps 160(%rax),%ymm12,%ymm13",
                        "c5 1c 59 a8 a0 00 00 00", a -> a.vmulps(ymm(13), ymm(12), Mem.at(Gpr.RAX, 160))),
                of("vdivps %ymm8,%ymm0,%ymm10", "c4 41 7c 5e d0", a -> a.vdivps(ymm(10), ymm(0), ymm(8))),
                of("vminps %ymm1,%ymm8,%ymm8", "c5 3c 5d c1", a -> a.vminps(ymm(8), ymm(8), ymm(1))),
                of("vhaddps %xmm2,%xmm2,%xmm2", "c5 eb 7c d2", a -> a.vhaddps(xmm(2), xmm(2), xmm(2))),
                of("vfmadd231ps %ymm13,%ymm14,%ymm2", "c4 c2 0d b8 d5", a -> a.vfmadd231ps(ymm(2), ymm(14), ymm(13))),
                of(
                        "vfmadd231ss 64(%rax),%xmm12,%xmm8",
                        "c4 62 19 b9 40 40", a -> a.vfmadd231ss(xmm(8), xmm(12), Mem.at(Gpr.RAX, 64))),
                of(
                        "vfnmadd231ps 288(%rax),%ymm13,%ymm0",
                        "c4 e2 15 bc 80 20 01 00 00", a -> a.vfnmadd231ps(ymm(0), ymm(13), Mem.at(Gpr.RAX, 288))),
                of("vmovdqu %ymm1,%ymm12", "c5 7e 6f e1", a -> a.vmovdqu(ymm(12), ymm(1))),
                of("vmovd %r8d,%xmm7", "c4 c1 79 6e f8", a -> a.vmovd(xmm(7), Gpr.R8)),
                of("vmovd %xmm6,%eax", "c5 f9 7e f0", a -> a.vmovd(Gpr.RAX, ymm(6))),
                of("vmovd %xmm14,%r9d", "c4 41 79 7e f1", a -> a.vmovd(Gpr.R9, xmm(14))),
                of("vpbroadcastd %xmm9,%ymm8", "c4 42 7d 58 c1", a -> a.vpbroadcastd(ymm(8), xmm(9))),
                of(
                        "vmaskmovps 4(%rdi),%ymm8,%ymm5",
                        "c4 e2 3d 2c 6f 04", a -> a.vmaskmovps(ymm(5), ymm(8), Mem.at(Gpr.RDI, 4))),
                of(
                        "vmaskmovps %ymm13,%ymm8,64(%r9)",
                        "c4 42 3d 2e 69 40", a -> a.vmaskmovps(Mem.at(Gpr.R9, 64), ymm(8), ymm(13))),
                of("vpandn %ymm3,%ymm14,%ymm0", "c5 8d df c3", a -> a.vpandn(ymm(0), ymm(14), ymm(3))),
                of(
                        "vpcmpgtd 32(%rsi),%ymm8,%ymm8",
                        "c5 3d 66 46 20", a -> a.vpcmpgtd(ymm(8), ymm(8), Mem.at(Gpr.RSI, 32))),
                of("vcmpltps %ymm9,%ymm0,%ymm4", "c4 c1 7c c2 e1 01", a -> a.vcmpltps(ymm(4), ymm(0), ymm(9))),
                of("vpslld $23,%ymm12,%ymm1", "c4 c1 75 72 f4 17", a -> a.vpslld(ymm(1), ymm(12), 23)),
                of("vsubps %ymm12,%ymm1,%ymm2", "c4 c1 74 5c d4", a -> a.vsubps(ymm(2), ymm(1), ymm(12))),
                of("vmaxps %ymm0,%ymm9,%ymm0", "c5 b4 5f c0", a -> a.vmaxps(ymm(0), ymm(9), ymm(0))),
                of(
                        "vfmadd213ps 32(%rax),%ymm10,%ymm3",
                        "c4 e2 2d a8 58 20", a -> a.vfmadd213ps(ymm(3), ymm(10), Mem.at(Gpr.RAX, 32))));
    }

    @ParameterizedTest
    @MethodSource("instructions")
    void instruction_isEncodedAsGnuAsDoes(Instruction instruction) {
        Assembler code = new Assembler();
        instruction.written.accept(code);
        assertThat(HEX.formatHex(code.assemble())).isEqualTo(instruction.bytes);
    }

    @Test
    void jumps_backAndForth_countFromTheirEnds() {
        Assembler code = new Assembler();
        Label end = new Label();
        Label start = new Label();
        code.bind(start);
        code.jl(end);
        code.jnz(start);
        code.jmp(end);
        code.bind(end);
        code.ret();
        assertThat(HEX.formatHex(code.assemble())).isEqualTo("0f 8c 0b 00 00 00 0f 85 f4 ff ff ff e9 00 00 00 00 c3");
    }

    @Test
    void constant_isPlacedBehindTheCodeAtAMultipleOf32() {
        Assembler code = new Assembler();
        code.vpaddd(ymm(9), ymm(1), code.constant((byte) 7));
        byte[] bytes = code.assemble();
        assertThat(HEX.formatHex(Arrays.copyOf(bytes, 8))).isEqualTo("c5 75 fe 0d 18 00 00 00");
        assertThat(bytes).hasSize(33).endsWith(7);
    }

    @Test
    void constant_beforeAnImmediate_isRefused() {
        Assembler code = new Assembler();
        Mem constant = code.constant((byte) 1);
        assertThatThrownBy(() -> code.vpshufd(ymm(0), constant, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void label_neverBound_isRefused() {
        Assembler code = new Assembler();
        code.jmp(new Label());
        assertThatThrownBy(code::assemble).isInstanceOf(IllegalStateException.class);
    }
}
