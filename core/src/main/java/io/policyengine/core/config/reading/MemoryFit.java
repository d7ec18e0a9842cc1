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
import java.util.ArrayList;
import java.util.List;

/** The limits that are written in kernel.yaml, held against the memory of the process that is to keep them. */
public final class MemoryFit {
    private static final String KERNEL_FILE = "kernel.yaml";
    private static final String LIMITS = "/" + ConfigSchemas.KERNEL_KEY + "/limits/";

    private MemoryFit() {}

    /**
     * The problems of those for which the heap has no room, with the arithmetic.
     *
     * @param texts what the configuration was read from
     */
    public static List<Problem> misfits(ConfTexts texts, EngineConfig config, MemoryPlan plan) {
        LimitsConfig limits = config.kernel().limits();
        Integer exchanges = limits.writtenMaxExchanges();
        Long bytes = limits.writtenMaxBufferedBytes();
        int places = exchanges == null ? plan.maxExchanges() : exchanges;
        List<Problem> misfits = new ArrayList<>();
        if (exchanges != null && !plan.hasRoomForExchanges(exchanges, config.values())) {
            misfits.add(misfit(texts, "max_exchanges", exchanges, config, plan, places));
        } else if (bytes != null && !plan.hasRoomForMessages(bytes, config.values(), places)) {
            misfits.add(misfit(texts, "max_buffered_bytes", bytes, config, plan, places));
        }
        return misfits;
    }

    private static Problem misfit(
            ConfTexts texts, String key, long written, EngineConfig config, MemoryPlan plan, int places) {
        Long bytes = config.kernel().limits().writtenMaxBufferedBytes();
        return Problem.error(
                place(texts, LIMITS + key),
                "'limits." + key + "' (" + written + ") does not fit: " + plan.describe(config.values(), places)
                        + ". Raise the heap (POLICY_ENGINE_HEAP="
                        + plan.heapFor(bytes == null ? 0 : bytes, config.values(), places)
                        + "), or leave the key out, which is as much as there is room for");
    }

    private static Location place(ConfTexts texts, String pointer) {
        try {
            return texts.files().get(KERNEL_FILE) instanceof FileText.Content(String text)
                    ? YamlFile.parse(KERNEL_FILE, text).value(pointer)
                    : Location.ofFile(KERNEL_FILE);
        } catch (ConfigException unreadable) {
            return Location.ofFile(KERNEL_FILE);
        }
    }
}
