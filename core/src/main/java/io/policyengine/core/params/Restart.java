package io.policyengine.core.params;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a setting of the engine that takes effect only after a restart of the process, including all keys below it; all
 * other settings change live. Becomes {@value #KEYWORD} in the JSON Schema and a sentence of its {@code description}.
 * Policy parameters are always live.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
public @interface Restart {
    /** The keyword of JSON Schema that marks such a setting. */
    String KEYWORD = "x-restart";

    /** The sentence in the description. */
    String SENTENCE = "Restart to change.";
}
