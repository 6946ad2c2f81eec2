package dev.tarn.study.distill;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How a run keeps its time. */
class RunPlanTest {
    /** A hundred rounds in a thousand seconds. */
    private static final RunPlan PLAN = new RunPlan(100, 1e12, 1000, 1, 1, 1, 2);

    @Test
    void fitting_onAMachineAsFastAsPlanned_isThePlan() {
        assertThat(PLAN.fitting(50, 500, 100)).isEqualTo(100);
        assertThat(PLAN.fitting(50, 250, 100)).isEqualTo(100);
        assertThat(PLAN.fitting(50, 505, 100)).isEqualTo(100);
    }

    @Test
    void fitting_inTheFirstTenth_changesNothing() {
        assertThat(PLAN.fitting(10, 900, 100)).isEqualTo(100);
    }

    @Test
    void fitting_onASlowMachine_endsInTime() {
        assertThat(PLAN.fitting(20, 400, 100)).isEqualTo(50);
        assertThat(PLAN.fitting(60, 999, 70)).isEqualTo(61);
        assertThat(PLAN.fitting(60, 1200, 70)).isEqualTo(61);
    }

    @Test
    void fitting_onceTheMachineIsFastAgain_givesRoundsBack() {
        assertThat(PLAN.fitting(40, 500, 50)).isEqualTo(80);
        assertThat(PLAN.fitting(45, 400, 50)).isEqualTo(100);
    }
}
