package io.policyengine.app.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.policyengine.core.config.ObservabilityConfig.LogLevel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoggerLevelsTest {
    private final LoggerContext context = new LoggerContext();
    private final LoggerLevels levels = new LoggerLevels(context);

    @BeforeEach
    void logs() {
        context.getLogger("io.policyengine").setLevel(Level.INFO);
        for (String logger : new String[] {
            "io.policyengine.kernel.exchange",
            "io.policyengine.kernel.KernelVerticle",
            "io.policyengine.kernel.worker.registry.Replica",
            "io.policyengine.worker.callout.Target",
            "io.policyengine.policies.content.contentfilter.MessageSearch",
            "io.policyengine.policies.format.json.Reader",
            "io.policyengine.policies.StandardPolicies",
            "io.policyengine.core.work.Executor",
            "io.policyengine.audit",
            "io.policyengineered.kernel.other",
            "io.netty.handler.ssl"
        }) {
            context.getLogger(logger);
        }
    }

    private boolean logs(String logger, Level level) {
        return context.getLogger(logger).isEnabledFor(level);
    }

    @Test
    void componentsAreThoseOfTheEngineThatHaveALogger() {
        assertThat(levels.components())
                .containsExactly(
                        "kernel",
                        "kernel.exchange",
                        "kernel.worker",
                        "process",
                        "process.work",
                        "worker",
                        "worker.callout",
                        "worker.contentfilter",
                        "worker.json");
    }

    @Test
    void eachLoggerOfPoliciesIsOfTheWorker() {
        for (String logger : new String[] {
            "io.policyengine.policies.StandardPolicies",
            "io.policyengine.policies.format.json.Reader",
            "io.policyengine.policies.content.contentfilter.MessageSearch"
        }) {
            assertThat(LogComponent.of(logger)).contains(LogComponent.WORKER);
            levels.set("worker", LogLevel.DEBUG);
            assertThat(logs(logger, Level.DEBUG)).isTrue();
        }
        levels.set("worker.json", LogLevel.ERROR);
        assertThat(logs("io.policyengine.policies.format.json.Reader", Level.WARN))
                .isFalse();
    }

    @Test
    void aWorkersLevelIsThatOfItsPoliciesToo() {
        levels.set("worker", LogLevel.DEBUG);
        levels.set("worker.contentfilter", LogLevel.ERROR);

        assertThat(logs("io.policyengine.worker.callout.Target", Level.DEBUG)).isTrue();
        assertThat(logs("io.policyengine.policies.traffic.ratelimit.Any", Level.DEBUG))
                .isTrue();
        assertThat(logs("io.policyengine.policies.content.contentfilter.MessageSearch", Level.WARN))
                .isFalse();
        assertThat(logs("io.policyengine.kernel.exchange", Level.DEBUG)).isFalse();
        assertThat(levels.level("worker.callout")).isEqualTo(LogLevel.DEBUG);
        assertThat(levels.level("worker.contentfilter")).isEqualTo(LogLevel.ERROR);
    }

    @Test
    void aLevelOutlivesAChangeOfTheEnginesAndGoesBackToThat() {
        levels.set("kernel.exchange", LogLevel.TRACE);

        context.getLogger("io.policyengine").setLevel(Level.WARN);

        assertThat(levels.level("kernel.exchange")).isEqualTo(LogLevel.TRACE);
        assertThat(levels.level("kernel")).isEqualTo(LogLevel.WARN);
        levels.set("kernel.exchange", null);
        assertThat(levels.level("kernel.exchange")).isEqualTo(LogLevel.WARN);
    }

    @Test
    void theAuditLogAndLibrariesAreNoComponents() {
        for (String other : new String[] {"audit", "io.netty", "ROOT", ""}) {
            assertThatThrownBy(() -> levels.set(other, LogLevel.TRACE)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
