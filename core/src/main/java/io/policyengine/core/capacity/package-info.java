/** Counters of bounded resources, such as bytes and slots. */
@Api
@NullMarked
package io.policyengine.core.capacity;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
