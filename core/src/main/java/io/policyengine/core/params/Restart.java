package io.policyengine.core.params;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a setting of the engine, including all keys below it, that takes effect only after a restart of the process.
 * Other settings and policy parameters change while the process runs. Becomes {@value #KEYWORD} in the JSON Schema and
 * a sentence in its {@code description}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
public @interface Restart {
    /** The keyword of JSON Schema that marks such a setting. */
    String KEYWORD = "x-restart";

    /** The sentence that is appended to the description of such a setting. */
    String SENTENCE = "Restart to change.";
}
