/*
 * Two nodes that dial each other (SG1, SG2, SG5, LK1) while the way between them doubles signals and puts them out of
 * order, and with -DLOSSY loses them and lets attempts run out of time. Every interleaving of so many dials is looked at.
 *
 * A connection stands for the browser's: an offerer's opens with the answerer's whose answer it took, if both still are.
 * What is proven on it is the other model's (proof.pml); here it holds.
 *
 * -DBOTH_YIELD, -DNOBODY_YIELDS: with the rule of the smaller ID left out, what goes wrong must be found.
 */

#define NODES 2
#ifndef DIALS
#define DIALS 2   /* of each node */
#endif
#define SESSIONS (NODES * DIALS + 1)
#define WAYS 3 /* signals on the way to one node at most */
#ifndef COPIES
#define COPIES 2  /* signals that are doubled in a run at most */
#endif

mtype = { Offer, Answer };
mtype = { None, Offering, Connecting };

chan to[NODES] = [WAYS] of { mtype, byte, byte };  /* kind, session, connection of the sender */

mtype stage[NODES] = None;
byte session[NODES];
bool isOfferer[NODES];
byte connection[NODES];    /* each has a number of its own; a new one with every attempt, and when an offer has yielded */
byte farConnection[NODES]; /* the one whose description was taken */
byte dials[NODES];
bool isLinked[NODES];
bool dialledLink[NODES];   /* this end's offer stood */

/* Sessions that have ended at a node: what is still said of them does nothing. */
typedef Flags { bool at[SESSIONS]; };
Flags ended[NODES];
byte sessions = 0;
byte connections = 0;
byte copies = 0;

inline over(me) {
  ended[me].at[session[me]] = true;
  stage[me] = None;
  connection[me] = 0;
  farConnection[me] = 0
}

inline answer(me, s, theirs) {
  connections++;
  stage[me] = Connecting;
  isOfferer[me] = false;
  session[me] = s;
  connection[me] = connections;
  farConnection[me] = theirs;
  to[1 - me] ! Answer, s, connections
}

#if defined(BOTH_YIELD)
#define YIELDS(me) true
#elif defined(NOBODY_YIELDS)
#define YIELDS(me) false
#else
/* Node 0 has the smaller ID: its offer stands. */
#define YIELDS(me) (me == 1)
#endif

proctype Node(byte me) {
  mtype kind;
  byte s;
  byte theirs;
end:
  do
  /* Dials as long as it has neither a link nor an attempt. */
  :: atomic {
      dials[me] < DIALS && stage[me] == None && !isLinked[me] && nfull(to[1 - me]) ->
      dials[me]++;
      sessions++;
      connections++;
      stage[me] = Offering;
      isOfferer[me] = true;
      session[me] = sessions - 1;
      connection[me] = connections;
      to[1 - me] ! Offer, session[me], connection[me]
    }
  /* Any signal that is on its way, for they come in any order. */
  :: atomic {
      nempty(to[me]) && nfull(to[1 - me]) ->
      if
      :: to[me] ? kind, s, theirs
      :: len(to[me]) > 1 -> to[me] ? kind, s, theirs; to[me] ! kind, s, theirs; to[me] ? kind, s, theirs
      fi;
      /* It may come again. */
      if
      :: copies < COPIES && nfull(to[me]) -> copies++; to[me] ! kind, s, theirs
      :: true
      fi;
      if
      :: ended[me].at[s] -> skip
      :: else ->
        if
        :: kind == Answer && stage[me] == Offering && session[me] == s ->
          stage[me] = Connecting;
          farConnection[me] = theirs
        :: kind == Offer && stage[me] == None && !isLinked[me] -> answer(me, s, theirs)
        :: kind == Offer && stage[me] == Offering && session[me] != s && YIELDS(me) ->
          /* Both have dialled. The own session ends; its connection is closed. */
          answer(me, s, theirs)
        :: kind == Offer && stage[me] == Connecting && !isOfferer[me] && session[me] != s ->
          /* The far end gave the earlier attempt up and began anew. */
          over(me);
          answer(me, s, theirs)
        :: else -> skip
        fi
      fi
    }
#ifdef LOSSY
  :: atomic { to[me] ? kind, s, theirs -> skip }
  :: atomic { stage[me] != None -> over(me) }
#endif
  /* The two connections of one session open together; then both ends prove, and the attempt is over. */
  :: atomic {
      stage[me] == Connecting && isOfferer[me] && stage[1 - me] == Connecting &&
        farConnection[me] == connection[1 - me] && farConnection[1 - me] == connection[me] ->
      assert(!isOfferer[1 - me]);
      assert(session[0] == session[1]);
      assert(!isLinked[0] && !isLinked[1]);
      isLinked[0] = true;
      isLinked[1] = true;
      dialledLink[me] = true;
      over(0);
      over(1)
    }
  od
}

init {
  atomic {
    run Node(0);
    run Node(1)
  }
end:
  do
  /* Nothing can happen any more. */
  :: timeout ->
    assert(isLinked[0] == isLinked[1]);
    assert(!isLinked[0] || dialledLink[0] != dialledLink[1]);
    assert(stage[0] == None && stage[1] == None);
#ifndef LOSSY
    /* Where nothing is lost, a dial brings a link. */
    assert((dials[0] == 0 && dials[1] == 0) || isLinked[0]);
#endif
    break
  od
}
