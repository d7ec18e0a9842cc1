/** CEL expressions over a message, its sender and metadata: compiled once, evaluated on event loops in linear time. */
@Api
@NullMarked
package io.policyengine.core.expression;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
