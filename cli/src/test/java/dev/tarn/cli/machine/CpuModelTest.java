package dev.tarn.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CpuModelTest {
    @Test
    void fromCpuinfo_x86_takesTheFirstModelName() {
        var text = """
                processor\t: 0
                model\t\t: 106
                model name\t: Intel(R) Xeon(R)  CPU @ 2.60GHz
                processor\t: 1
                model name\t: another
                """;
        assertThat(CpuModel.fromCpuinfo(text)).contains("Intel(R) Xeon(R) CPU @ 2.60GHz");
    }

    @Test
    void fromCpuinfo_armServer_takesImplementerAndPart() {
        var text = "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n";

        assertThat(CpuModel.fromCpuinfo(text)).get().asString().endsWith("implementer 0x41 part 0xd0c");
    }

    @Test
    void fromCpuinfo_withoutNames_isEmpty() {
        assertThat(CpuModel.fromCpuinfo("processor : 0\nmodel name :\n")).isEmpty();
    }

    @Test
    void read_here_findsWhatIsMeasuredOn() {
        var machine = Machine.read(256);

        assertThat(machine.cpu()).isNotBlank();
        assertThat(machine.cores()).isPositive();
        assertThat(machine.vectorBits()).isEqualTo(256);
        assertThat(machine.memoryBytes()).isGreaterThan(1L << 26);
        assertThat(machine.jvm()).contains(Runtime.version().toString());
    }
}
