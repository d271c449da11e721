package io.weirflow.testkit.log;

import io.weirflow.protocol.log.ControlLogReader;
import io.weirflow.protocol.log.ControlLogWriter;
import io.weirflow.protocol.log.FleetAppender;
import io.weirflow.protocol.log.FleetReader;

/** The control log and the fleet topic of the simulations. */
final class MemoryControlLogTest extends ControlPortsSuite {

    private MemoryControlLog control;
    private MemoryFleet fleet;

    @Override
    protected void newTopics() {
        control = new MemoryControlLog();
        fleet = new MemoryFleet(any -> true);
    }

    @Override
    protected ControlLogWriter takeControlLog() {
        return control.openWriter();
    }

    @Override
    protected ControlLogReader openControlLog() {
        return control.openReader();
    }

    @Override
    protected FleetReader openFleet() {
        return fleet.openReader();
    }

    @Override
    protected FleetAppender openReports() {
        return fleet.openAppender();
    }
}
