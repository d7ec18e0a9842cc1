/** The records that a conf directory becomes: what is configured, without a trace of how it is written. */
@NullMarked
package io.policyengine.core.config;

import org.jspecify.annotations.NullMarked;
