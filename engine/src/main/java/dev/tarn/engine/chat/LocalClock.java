package dev.tarn.engine.chat;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;

/** The system's clock in its time zone, which is found when it is asked for: reading all zones takes longer than most templates. */
final class LocalClock extends Clock {
    @Override
    public ZoneId getZone() {
        return ZoneId.systemDefault();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return InstantSource.system().withZone(zone);
    }

    @Override
    public Instant instant() {
        return Instant.now();
    }
}
