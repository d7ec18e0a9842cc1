package io.policyengine.core.config.reading;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.LimitsConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileText;
import io.policyengine.core.config.yaml.YamlFile;
import io.policyengine.core.error.ConfigException;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import io.policyengine.core.memory.MemoryPlan;
import io.policyengine.core.memory.ProcessMemory;
import java.util.ArrayList;
import java.util.List;

/** Checks that the limits in kernel.yaml fit in the memory of the process. */
public final class MemoryFit {
    private static final String KERNEL_FILE = "kernel.yaml";

    private MemoryFit() {}

    /**
     * Returns the problems of settings that exceed the heap. The messages show the calculation.
     *
     * @param texts the source of the configuration
     */
    public static List<Problem> misfits(ConfTexts texts, EngineConfig config, MemoryPlan plan) {
        LimitsConfig limits = config.kernel().limits();
        Integer exchanges = limits.writtenMaxExchanges();
        Long bytes = limits.writtenMaxBufferedBytes();
        int places = exchanges == null ? plan.maxExchanges() : exchanges;
        List<Problem> misfits = new ArrayList<>();
        if (config.values() > plan.maxValues()) {
            misfits.add(tooManyValues(config, plan));
        }
        if (exchanges != null && !plan.hasRoomForExchanges(exchanges, config.values())) {
            misfits.add(misfit(texts, "max_exchanges", exchanges, config, plan, places));
        } else if (bytes != null && !plan.hasRoomForMessages(bytes, config.values(), places)) {
            misfits.add(misfit(texts, "max_buffered_bytes", bytes, config, plan, places));
        }
        if (misfits.isEmpty()) {
            long budget = bytes == null ? plan.maxBufferedBytes(config.values(), places) : bytes;
            Integer message = config.kernel().server().writtenMaxMessageBytes();
            if (message != null && message > budget) {
                misfits.add(beyondBudget(texts, "server.max_message_bytes", message, budget, config, plan));
            }
            Long decoded = limits.writtenMaxDecodedBytes();
            if (decoded != null && decoded > budget) {
                misfits.add(beyondBudget(texts, "limits.max_decoded_bytes", decoded, budget, config, plan));
            }
        }
        return misfits;
    }

    /**
     * Returns the problem of compression windows that exceed the memory outside of the heap, or an empty list. The
     * message shows the calculation.
     */
    public static List<Problem> misfits(ConfTexts texts, EngineConfig config, ProcessMemory process) {
        Long windows = config.kernel().limits().writtenMaxWindowBytes();
        return windows == null || process.hasRoomForWindows(windows)
                ? List.of()
                : List.of(Problem.error(
                        place(texts, "limits.max_window_bytes"),
                        "'limits.max_window_bytes' (" + windows + ") does not fit: " + process.describe()
                                + ". Lower it or the heap (POLICY_ENGINE_HEAP), or give the container more memory"));
    }

    private static Problem tooManyValues(EngineConfig config, MemoryPlan plan) {
        return Problem.error(
                Location.ofFile(KERNEL_FILE),
                "all files together have " + config.values() + " values, where long texts and copies count as "
                        + "several; this heap has room for " + plan.maxValues()
                        + ". Raise the heap (POLICY_ENGINE_HEAP)");
    }

    /** Returns the problem of a limit for one message or body that exceeds the limit for all messages together. */
    private static Problem beyondBudget(
            ConfTexts texts, String key, long written, long budget, EngineConfig config, MemoryPlan plan) {
        LimitsConfig limits = config.kernel().limits();
        Integer exchanges = limits.writtenMaxExchanges();
        boolean follows = limits.writtenMaxBufferedBytes() == null;
        String arithmetic = follows
                ? " (" + plan.describe(config.values(), exchanges == null ? plan.maxExchanges() : exchanges) + ")"
                : "";
        String remedy = follows && written <= MemoryPlan.MAX_BYTES_OF_MESSAGES
                ? "the heap (POLICY_ENGINE_HEAP=" + plan.heapFor(written, config.values(), exchanges) + ")"
                : "'limits.max_buffered_bytes'";
        return Problem.error(
                place(texts, key),
                "'" + key + "' (" + written + ") is more than all messages together may hold: "
                        + "'limits.max_buffered_bytes' is " + budget + arithmetic + ". Raise " + remedy
                        + ", or remove the key to use all that there is room for");
    }

    private static Problem misfit(
            ConfTexts texts, String key, long written, EngineConfig config, MemoryPlan plan, int places) {
        Long bytes = config.kernel().limits().writtenMaxBufferedBytes();
        return Problem.error(
                place(texts, "limits." + key),
                "'limits." + key + "' (" + written + ") does not fit: " + plan.describe(config.values(), places)
                        + ". Raise the heap (POLICY_ENGINE_HEAP="
                        + plan.heapFor(
                                bytes == null ? 0 : bytes,
                                config.values(),
                                config.kernel().limits().writtenMaxExchanges())
                        + "), or remove the key to use all that there is room for");
    }

    private static Location place(ConfTexts texts, String key) {
        try {
            return texts.files().get(KERNEL_FILE) instanceof FileText.Content(String text)
                    ? YamlFile.parse(KERNEL_FILE, text)
                            .value("/" + ConfigSchemas.KERNEL_KEY + "/" + key.replace('.', '/'))
                    : Location.ofFile(KERNEL_FILE);
        } catch (ConfigException unreadable) {
            return Location.ofFile(KERNEL_FILE);
        }
    }
}
