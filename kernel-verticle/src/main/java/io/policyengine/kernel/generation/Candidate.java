package io.policyengine.kernel.generation;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.files.ConfTexts;

/**
 * A configuration that may become active.
 *
 * @param texts what it was read from
 */
public record Candidate(ConfTexts texts, EngineConfig config, Origin origin) {}
