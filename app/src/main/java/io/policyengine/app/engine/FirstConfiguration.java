package io.policyengine.app.engine;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.log.Logs;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.reading.Completeness;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.config.reading.MemoryFit;
import io.policyengine.core.error.ConfigException;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import io.policyengine.core.error.ReportedProblems;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.memory.MemoryPlan;
import io.policyengine.core.memory.ProcessMemory;
import io.policyengine.kernel.generation.Snapshot;
import io.policyengine.kernel.history.GenerationArchive;
import io.policyengine.kernel.history.StoredGenerations;
import io.policyengine.kernel.reload.CutFiles;
import io.policyengine.kernel.reload.KernelStart;
import io.policyengine.kernel.reload.LastGood;
import io.policyengine.kernel.reload.OnBadConfig;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration with which a kernel starts: the one in its conf directory or, if unusable, the last good
 * generation.
 */
record FirstConfiguration(Conf conf, StateDirectory state, Placement placement, OnBadConfig onBadConfig) {
    private static final Logger LOG = LoggerFactory.getLogger("io.policyengine.kernel.process");

    /**
     * Chooses the configuration and starts logging to stdout.
     *
     * @throws CommandFailure if no configuration is usable, or the state directory cannot be opened
     */
    KernelStart chooseBlocking() {
        ConfTexts found = conf.textsBlocking();
        try {
            EngineConfig config = read(found);
            checkWholeBlocking(found, config);
            Logs.toStdout(config.kernel().observability().logLevel());
            config.warnings().forEach(FirstConfiguration::log);
            return new KernelStart(found, config, state.openBlocking(), onBadConfig, null);
        } catch (ConfigException unusable) {
            return switch (onBadConfig) {
                case FAIL -> throw conf.unusable(unusable.problems());
                case LAST_GOOD -> lastGoodBlocking(found, unusable.problems());
            };
        }
    }

    /**
     * Throws {@link ConfigException} if a file is a truncated copy of the same file in the last generation, unless the
     * configuration allows losses.
     */
    private void checkWholeBlocking(ConfTexts found, EngineConfig config) {
        Snapshot newest = state.newestBlocking();
        List<Problem> cut =
                newest == null || config.kernel().allowLoss() ? List.of() : CutFiles.inALine(newest.texts(), found);
        if (!cut.isEmpty()) {
            throw new ConfigException(cut);
        }
    }

    /** Parses a configuration. Throws {@link ConfigException} if it is unusable, or does not suit this process. */
    private EngineConfig read(ConfTexts texts) {
        EngineConfig config = ConfDirectory.parse(texts, System::getenv);
        List<Problem> problems = new ArrayList<>(Completeness.missing(texts, config));
        problems.addAll(MemoryFit.misfits(texts, config, MemoryPlan.HERE));
        problems.addAll(MemoryFit.misfits(texts, config, ProcessMemory.HERE));
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        String mismatch = placement.mismatch(config.kernel().workers());
        if (mismatch != null) {
            throw new ConfigException(List.of(Problem.error(Location.ofFile("kernel.yaml"), mismatch)));
        }
        return config;
    }

    private KernelStart lastGoodBlocking(ConfTexts found, List<Problem> problems) {
        Logs.toStdout(KernelConfig.defaults().observability().logLevel());
        problems.forEach(FirstConfiguration::log);
        LastGood good = newestBlocking(found, problems);
        Logs.setLevel(good.config().kernel().observability().logLevel());
        GenerationArchive kept = state.openBlocking();
        KernelStart.Rejected rejected = new KernelStart.Rejected(found, ReportedProblems.of(problems), good.snapshot());
        LOG.atWarn()
                .addKeyValue(LogFields.GENERATION, good.snapshot().id())
                .addKeyValue(LogFields.SINCE, good.snapshot().time())
                .log(
                        "on_bad_config: last_good in force: the files of the conf directory cannot be used, so the kernel starts with the last good generation, which stays in force until they are corrected");
        return new KernelStart(good.texts(), good.config(), kept, onBadConfig, rejected);
    }

    /** Returns the newest generation. Works while another engine, such as a draining one, has locked the directory. */
    private LastGood newestBlocking(ConfTexts found, List<Problem> problems) {
        StoredGenerations stored = state.readBlocking();
        Snapshot newest = stored.newest();
        if (newest == null) {
            throw conf.unusable(
                    problems,
                    stored.unusable().isEmpty()
                            ? "and there is no generation in " + state.path() + " to start with instead."
                            : "and " + stored.unusable().getFirst().why() + ".");
        }
        try {
            return LastGood.readBlocking(newest, found, this::read);
        } catch (ConfigException unusable) {
            throw conf.unusable(
                    problems,
                    "nor can the newest generation, " + newest.id() + " in " + state.path() + ", be used any more: "
                            + unusable.problems().getFirst() + ".");
        }
    }

    private static void log(Problem problem) {
        var line = switch (problem.severity()) {
            case ERROR -> LOG.atError();
            case WARNING -> LOG.atWarn();
        };
        line.addKeyValue(LogFields.LOCATION, problem.location()).log("{}", problem.message());
    }
}
