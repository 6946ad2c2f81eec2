package dev.tarn.sim.hardware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.sim.Traces;
import dev.tarn.sim.access.Sharing;
import dev.tarn.sim.replay.Capacity;
import java.util.List;
import org.junit.jupiter.api.Test;

class HardwareTest {
    @Test
    void gather_time_isTheLongestOfThree() {
        var model = new GatherModel(1000, 100, 0.5, 2);
        assertThat(model.time(4000, 100, 1).total()).isEqualTo(4);
        assertThat(model.time(4000, 600, 1).total()).isEqualTo(6);
        assertThat(model.time(4000, 600, 40).total()).isEqualTo(10);
    }

    @Test
    void slowdown_oneMissALayer_isNone() {
        var model = new SerialMissModel(10e-3, 160, 200e-9);
        assertThat(model.slowdown(160)).isEqualTo(1);
        assertThat(model.slowdown(160 + 50_160)).isCloseTo(2, within(1e-3));
    }

    @Test
    void grid_byHand_mergesTheMissesOfOnePage() {
        // Step 0 misses 0, 1 and 20 in the only layer; step 1 hits them all if there is room.
        var trace = Traces.load(3, Traces.row(0, 0, 40, 0, 0, 1, 20), Traces.row(0, 1, 41, 0, 0, 1, 20));
        var options = new SlowdownOptions(
                Capacity.parseList("0,4"),
                List.of(1, 16),
                List.of(1e-6),
                List.of(200e-9, 400e-9),
                Sharing.UNIFIED,
                512,
                2,
                1);
        var points = SlowdownGrid.of(trace, options);
        assertThat(points).hasSize(8);
        assertThat(points)
                .extracting(SlowdownPoint::missesPerStep)
                .containsExactly(6.0, 6.0, 4.0, 4.0, 3.0, 3.0, 2.0, 2.0);
        assertThat(points.get(0).slowdown()).isCloseTo((1e-6 + 6 * 200e-9) / (1e-6 + 2 * 200e-9), within(1e-12));
        assertThat(points.get(7).slowdown()).isEqualTo(1);
        assertThat(points.get(7).capacityBytes()).isEqualTo(4 * 512);
    }

    @Test
    void grid_pageMissedInPart_countsAsOneRead() {
        // With 2 slots, step 1 finds 1 and the own entry of step 0... of page 0 only 1 is resident, so the page is
        // read.
        var trace = Traces.load(2, Traces.row(0, 0, 40, 0, 0, 1), Traces.row(0, 1, 41, 0, 0, 1));
        var options = new SlowdownOptions(
                Capacity.parseList("2,3"), List.of(16), List.of(1e-6), List.of(200e-9), Sharing.UNIFIED, 512, 1, 1);
        assertThat(SlowdownGrid.of(trace, options))
                .extracting(SlowdownPoint::missesPerStep)
                .containsExactly(1.0, 0.5);
    }

    @Test
    void table_everyDevice_hasEveryQuantityWithItsSource() {
        for (String device : HardwareTable.devices()) {
            for (Quantity quantity : Quantity.values()) {
                HardwareConstant constant = HardwareTable.find(device, quantity);
                assertThat(constant.value()).isPositive();
                assertThat(constant.source()).isNotBlank();
            }
            assertThat(GatherModel.cacheOverMemory(device, 1).fastBandwidth())
                    .isGreaterThan(GatherModel.memoryOverHost(device, 1).fastBandwidth());
        }
        assertThat(HardwareTable.constants()).doesNotHaveDuplicates().hasSize(24);
    }

    @Test
    void inputs_wrong_areNamed() {
        assertThatThrownBy(() -> HardwareTable.find("B9000", Quantity.CACHE_SIZE))
                .hasMessage("unknown device 'B9000'; use one of A100 SXM, H100 PCIe, H200, MI300X");
        assertThatThrownBy(() -> new SerialMissModel(0, 1, 1))
                .hasMessage("step budget is 0.0; use a finite number above 0");
        assertThatThrownBy(() -> new GatherModel(1, 1, 1, Double.NaN))
                .hasMessage("MLP is NaN; use a finite number above 0");
    }
}
