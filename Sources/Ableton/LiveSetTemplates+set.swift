// What a set consists of around its tracks. The elements, their order and their resting values are those of Live 11.3: `docs/reference/live-sets.md`.

extension LiveSetTemplates {
    static let set = #"""
        <?xml version="1.0" encoding="UTF-8"?>
        <Ableton MajorVersion="5" MinorVersion="11.0_11300" SchemaChangeCount="3" Creator="Ableton Live 11.3.21" Revision="5ac24cad7c51ea0671d49e6b4885371f15b57c1e">
        <LiveSet>
        <NextPointeeId Value="{nextPointeeId}" /><OverwriteProtectionNumber Value="2819" /><LomId Value="0" /><LomIdView Value="0" />
        {tracks}
        {master}
        {prehear}
        <SendsPre />
        <Scenes>
        <Scene Id="0">
        <FollowAction><FollowTime Value="4" /><IsLinked Value="true" /><LoopIterations Value="1" /><FollowActionA Value="4" /><FollowActionB Value="0" /><FollowChanceA Value="100" /><FollowChanceB Value="0" /><JumpIndexA Value="0" /><JumpIndexB Value="0" /><FollowActionEnabled Value="false" /></FollowAction>
        <Name Value="" /><Annotation Value="" /><Color Value="-1" /><Tempo Value="{tempo}" /><IsTempoEnabled Value="false" /><TimeSignatureId Value="{meter}" /><IsTimeSignatureEnabled Value="false" /><LomId Value="0" /><ClipSlotsListWrapper LomId="0" />
        </Scene>
        </Scenes>
        <Transport><PhaseNudgeTempo Value="10" /><LoopOn Value="false" /><LoopStart Value="0" /><LoopLength Value="{songLength}" /><LoopIsSongStart Value="false" /><CurrentTime Value="0" /><PunchIn Value="false" /><PunchOut Value="false" /><MetronomeTickDuration Value="0" /><DrawMode Value="false" /></Transport>
        <SongMasterValues><SessionScrollerPos X="0" Y="0" /></SongMasterValues>
        <SignalModulations />
        <GlobalQuantisation Value="4" /><AutoQuantisation Value="0" />
        <Grid><FixedNumerator Value="1" /><FixedDenominator Value="16" /><GridIntervalPixel Value="20" /><Ntoles Value="2" /><SnapToGrid Value="true" /><Fixed Value="false" /></Grid>
        <ScaleInformation><RootNote Value="{root}" /><Name Value="{scale}" /></ScaleInformation>
        <InKey Value="{inKey}" /><SmpteFormat Value="0" />
        <TimeSelection><AnchorTime Value="0" /><OtherTime Value="0" /></TimeSelection>
        <SequencerNavigator><BeatTimeHelper><CurrentZoom Value="0.254945054945054927" /></BeatTimeHelper><ScrollerPos X="0" Y="0" /><ClientSize X="745" Y="490" /></SequencerNavigator>
        <IsContentSplitterOpen Value="true" /><IsExpressionSplitterOpen Value="true" />
        <ExpressionLanes>
        <ExpressionLane Id="0"><Type Value="0" /><Size Value="41" /><IsMinimized Value="false" /></ExpressionLane>
        <ExpressionLane Id="1"><Type Value="1" /><Size Value="41" /><IsMinimized Value="false" /></ExpressionLane>
        <ExpressionLane Id="2"><Type Value="2" /><Size Value="41" /><IsMinimized Value="true" /></ExpressionLane>
        <ExpressionLane Id="3"><Type Value="3" /><Size Value="41" /><IsMinimized Value="true" /></ExpressionLane>
        </ExpressionLanes>
        <ContentLanes>
        <ExpressionLane Id="0"><Type Value="4" /><Size Value="41" /><IsMinimized Value="false" /></ExpressionLane>
        <ExpressionLane Id="1"><Type Value="5" /><Size Value="25" /><IsMinimized Value="true" /></ExpressionLane>
        </ContentLanes>
        <ViewStateFxSlotCount Value="4" /><ViewStateSessionMixerHeight Value="120" />
        <Locators>
        {locators}
        </Locators>
        <DetailClipKeyMidis /><TracksListWrapper LomId="0" /><VisibleTracksListWrapper LomId="0" /><ReturnTracksListWrapper LomId="0" /><ScenesListWrapper LomId="0" /><CuePointsListWrapper LomId="0" />
        <ChooserBar Value="0" /><Annotation Value="{title}" /><SoloOrPflSavedValue Value="true" /><SoloInPlace Value="true" /><CrossfadeCurve Value="2" /><LatencyCompensation Value="2" /><HighlightedTrackIndex Value="0" />
        <GroovePool><LomId Value="0" /><Grooves /></GroovePool>
        <AutomationMode Value="false" /><SnapAutomationToGrid Value="true" /><ArrangementOverdub Value="false" /><ColorSequenceIndex Value="0" />
        <AutoColorPickerForPlayerAndGroupTracks><NextColorIndex Value="0" /></AutoColorPickerForPlayerAndGroupTracks>
        <AutoColorPickerForReturnAndMasterTracks><NextColorIndex Value="6" /></AutoColorPickerForReturnAndMasterTracks>
        <ViewData Value="{}" /><ResetNonautomatedMidiControllersOnClipStarts Value="true" /><MidiFoldIn Value="false" /><MidiFoldMode Value="0" /><MultiClipFocusMode Value="false" /><MultiClipLoopBarHeight Value="0" /><MidiPrelisten Value="false" />
        <LinkedTrackGroups /><AccidentalSpellingPreference Value="3" /><PreferFlatRootNote Value="{flat}" /><UseWarperLegacyHiQMode Value="false" />
        <VideoWindowRect Top="-2147483648" Left="-2147483648" Bottom="-2147483648" Right="-2147483648" />
        <ShowVideoWindow Value="true" /><TrackHeaderWidth Value="93" /><ViewStateArrangerHasDetail Value="true" /><ViewStateSessionHasDetail Value="true" /><ViewStateDetailIsSample Value="false" />
        <ViewStates><SessionIO Value="1" /><SessionSends Value="1" /><SessionReturns Value="1" /><SessionMixer Value="1" /><SessionTrackDelay Value="0" /><SessionCrossFade Value="0" /><SessionShowOverView Value="0" /><ArrangerIO Value="1" /><ArrangerReturns Value="1" /><ArrangerMixer Value="1" /><ArrangerTrackDelay Value="0" /><ArrangerShowOverView Value="1" /></ViewStates>
        </LiveSet>
        </Ableton>
        """#

    static let master = #"""
        <MasterTrack>
        {>head}
        <DeviceChain>
        {>routing}
        <Mixer>
        {>device}
        {>mixer}
        <Tempo><LomId Value="0" /><Manual Value="{tempo}" /><MidiControllerRange><Min Value="60" /><Max Value="200" /></MidiControllerRange>
        <AutomationTarget Id="{#tempo}"><LockEnvelope Value="0" /></AutomationTarget><ModulationTarget Id="{#}"><LockEnvelope Value="0" /></ModulationTarget></Tempo>
        <TimeSignature><LomId Value="0" /><Manual Value="{meter}" /><AutomationTarget Id="{#meter}"><LockEnvelope Value="0" /></AutomationTarget></TimeSignature>
        <GlobalGrooveAmount><LomId Value="0" /><Manual Value="100" /><MidiControllerRange><Min Value="0" /><Max Value="131.25" /></MidiControllerRange>
        <AutomationTarget Id="{#}"><LockEnvelope Value="0" /></AutomationTarget><ModulationTarget Id="{#}"><LockEnvelope Value="0" /></ModulationTarget></GlobalGrooveAmount>
        <CrossFade><LomId Value="0" /><Manual Value="0" /><MidiControllerRange><Min Value="-1" /><Max Value="1" /></MidiControllerRange>
        <AutomationTarget Id="{#}"><LockEnvelope Value="0" /></AutomationTarget><ModulationTarget Id="{#}"><LockEnvelope Value="0" /></ModulationTarget></CrossFade>
        <TempoAutomationViewBottom Value="{tempoLow}" /><TempoAutomationViewTop Value="{tempoHigh}" />
        </Mixer>
        <FreezeSequencer>
        <AudioSequencer Id="0">
        {>device}
        <ClipSlotList />
        {>freeze}
        </AudioSequencer>
        </FreezeSequencer>
        <DeviceChain><Devices /><SignalModulations /></DeviceChain>
        </DeviceChain>
        </MasterTrack>
        """#

    static let preHear = #"""
        <PreHearTrack>
        {>head}
        <DeviceChain>
        {>routing}
        <Mixer>
        {>device}
        {>mixer}
        </Mixer>
        <DeviceChain><Devices /><SignalModulations /></DeviceChain>
        </DeviceChain>
        </PreHearTrack>
        """#

    static let envelope = #"""
        <AutomationEnvelope Id="{id}">
        <EnvelopeTarget><PointeeId Value="{target}" /></EnvelopeTarget>
        <Automation>
        {events}
        <AutomationTransformViewState><IsTransformPending Value="false" /><TimeAndValueTransforms /></AutomationTransformViewState></Automation>
        </AutomationEnvelope>
        """#

    static let event = #"""
        <{type} Id="{id}" Time="{time}" Value="{value}" />
        """#

    static let locator = #"""
        <Locator Id="{id}"><LomId Value="0" /><Time Value="{time}" /><Name Value="{name}" /><Annotation Value="" /><IsSongStart Value="false" /></Locator>
        """#
}
