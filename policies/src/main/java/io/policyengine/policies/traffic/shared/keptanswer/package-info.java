/** Answers of an upstream that are kept to be given again: for whom, which of their fields, and copies of their bodies. */
@NullMarked
package io.policyengine.policies.traffic.shared.keptanswer;

import org.jspecify.annotations.NullMarked;
