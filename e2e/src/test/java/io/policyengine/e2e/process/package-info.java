/** The process of the shipped engine: its first requests, its end, its image, its log, its plugins. */
@NullMarked
package io.policyengine.e2e.process;

import org.jspecify.annotations.NullMarked;
