@NullMarked
package io.policyengine.core.config.editing;

import org.jspecify.annotations.NullMarked;
