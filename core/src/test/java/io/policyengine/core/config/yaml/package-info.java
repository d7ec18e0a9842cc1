@NullMarked
package io.policyengine.core.config.yaml;

import org.jspecify.annotations.NullMarked;
