/** The strict reader of a YAML document, with the position of each key and value. */
@Internal
@NullMarked
package io.policyengine.core.config.yaml;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
