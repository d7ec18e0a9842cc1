/** Virus scanners: what they are asked over a connection, and what they answer. */
@NullMarked
package io.policyengine.policies.content.virusscan.scanner;

import org.jspecify.annotations.NullMarked;
