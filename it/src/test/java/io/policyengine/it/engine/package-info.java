/** A whole engine for the tests: a kernel, its workers in either form, and policies that behave in every way a policy can. */
@NullMarked
package io.policyengine.it.engine;

import org.jspecify.annotations.NullMarked;
