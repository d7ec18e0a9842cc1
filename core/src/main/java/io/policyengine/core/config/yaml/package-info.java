/** One YAML document, read strictly, with the place of each of its values and keys. */
@NullMarked
package io.policyengine.core.config.yaml;

import org.jspecify.annotations.NullMarked;
