@NullMarked
package io.policyengine.core.memory;

import org.jspecify.annotations.NullMarked;
