package io.policyengine.core.config.editing;

import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileText;
import io.policyengine.core.config.reading.ConfigSchemas;
import io.policyengine.core.config.yaml.YamlFile;
import io.policyengine.core.error.ConfigException;
import io.policyengine.core.params.SecretMask;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The kernel's settings as written, for display. */
public final class WrittenKernel {
    private WrittenKernel() {}

    /**
     * Returns {@code policy_kernel}, completed with defaults but without route policies and overrides. Secrets are
     * masked and references unresolved. Parsing takes time.
     * @throws ConfigException if kernel.yaml cannot be parsed
     */
    public static ObjectNode of(ConfTexts texts) {
        var settings = texts.files().get("kernel.yaml") instanceof FileText.Content(String text)
                        && YamlFile.parse("kernel.yaml", text).root().path(ConfigSchemas.KERNEL_KEY)
                                instanceof ObjectNode written
                ? written
                : JsonNodeFactory.instance.objectNode();
        settings.remove(ConfigSchemas.ROUTES_KEY);
        settings.remove(ConfigSchemas.OVERRIDES_KEY);
        return (ObjectNode) SecretMask.mask(KernelConfig.BINDER.schema(), KernelConfig.BINDER.withDefaults(settings));
    }
}
