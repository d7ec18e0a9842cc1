/** One YAML document, read strictly, with the place of each of its values and keys. */
@Internal
@NullMarked
package io.policyengine.core.config.yaml;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
