@NullMarked
package io.policyengine.core.config.reading;

import org.jspecify.annotations.NullMarked;
