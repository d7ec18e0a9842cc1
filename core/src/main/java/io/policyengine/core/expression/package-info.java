/**
 * CEL expressions over a message, the client's identity and metadata. They are compiled once and evaluated on event
 * loops in linear time.
 */
@Api
@NullMarked
package io.policyengine.core.expression;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
